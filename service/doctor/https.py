"""Whether what people type comes to Duban encrypted, as far as the settings tell."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from service.doctor.check import Check, ok, warning
from service.settings import Settings


def check_https(settings: Settings) -> Check:
    """Warn when links lead people from elsewhere to plain HTTP: passwords and tokens can be read on the way."""
    address = urlsplit(settings.base_url)
    if address.scheme == "https" or _is_this_host(address.hostname or ""):
        return ok("https")
    return warning("https", address=settings.base_url)


def _is_this_host(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""The ways out of the house: SMTP, or files in DATA/outbox while no mail server is named."""

from urllib.parse import urlsplit

from service.alerts.channels.mail import Sender
from service.alerts.channels.outbox import Outbox
from service.alerts.channels.smtp import Smtp
from service.alerts.channels.transport import Channel
from service.settings import Settings


def channels(settings: Settings) -> tuple[Channel, ...]:
    """The channels that the settings name: mail, by SMTP or into the outbox."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    host = f"[IPv6:{host}]" if ":" in host else host
    if settings.smtp_url:
        return (Smtp.at(settings.smtp_url, host=host),)
    return (Outbox(settings.data_dir / "outbox", Sender(f"duban@{host}", host)),)

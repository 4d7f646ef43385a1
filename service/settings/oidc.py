"""统一身份认证: the office's own OIDC provider, and what Duban is called there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.settings.values import bad, split

NEEDED = ("DUBAN_OIDC_CLIENT_ID", "DUBAN_OIDC_CLIENT_SECRET", "DUBAN_OIDC_ISSUER")
OIDC_NAMES = (*NEEDED, "DUBAN_OIDC_SECOND_FACTOR")
EXAMPLE = "https://id.example/realms/office"
NEVER = "none"
THIS_HOST = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcRules:
    """Where people may sign in instead of here, and which of the provider's words count as a second factor."""

    issuer: str  # exactly as the provider writes it
    client_id: str
    client_secret: str = field(repr=False)
    second_factor: frozenset[str] = frozenset()  # values of `amr` or `acr`; none: the office's own code is asked for


def oidc_rules(environ: Mapping[str, str]) -> OidcRules | None:
    """The provider, if there is one; raises BadSettings, also when only a part of it is set."""
    there = [name for name in NEEDED if environ.get(name, NEVER).strip() != NEVER]
    if not there:
        return None
    for name in NEEDED:
        if name not in there:
            others = "、".join(there)
            bad(name, f"未设置，而 {others} 已设，请补上", f"is not set, but {', '.join(there)} is; add it")
    client_id, client_secret, issuer = (environ[name].strip() for name in NEEDED)
    for name, value in zip(NEEDED[:2], (client_id, client_secret), strict=True):
        if not (value.isascii() and value.isprintable()):
            bad(
                name,
                "只能含英文字母、数字和半角符号，请照认证平台给出的填写",
                "holds ASCII alone; write what the provider gave",
            )
    words = {word.strip() for word in environ.get("DUBAN_OIDC_SECOND_FACTOR", NEVER).split(",")} - {"", NEVER}
    return OidcRules(
        issuer=_issuer(issuer), client_id=client_id, client_secret=client_secret, second_factor=frozenset(words)
    )


def _issuer(value: str) -> str:
    """What is not encrypted anybody on the way could answer, so it is for this host alone."""
    name = "DUBAN_OIDC_ISSUER"
    parts = split(name, value, ("http", "https"), EXAMPLE)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        bad(
            name,
            f"只能含协议、主机和路径，例如 {EXAMPLE}",
            f"holds scheme, host and path alone; write, for example, {EXAMPLE}",
        )
    if parts.scheme == "http" and parts.hostname not in THIS_HOST:
        bad(name, f"须用 https://，例如 {EXAMPLE}", f"must begin with https://; write, for example, {EXAMPLE}")
    return value

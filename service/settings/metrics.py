"""Who may read the figures of `/metrics` from another host."""

from collections.abc import Mapping

from service.settings.values import bad

METRICS_NAMES = ("DUBAN_METRICS_TOKEN",)
SHORTEST_TOKEN = 32  # characters
CLOSED = "off"


def metrics_token(environ: Mapping[str, str]) -> str | None:
    """The bearer token of whoever scrapes; none: only this host may. Raises BadSettings."""
    (name,) = METRICS_NAMES
    value = environ.get(name, CLOSED).strip()
    if value == CLOSED:
        return None
    if len(value) < SHORTEST_TOKEN or not value.isascii():
        bad(
            name,
            f"须为至少 {SHORTEST_TOKEN} 个字母和数字，或写 off；请用 openssl rand -hex 32 生成",
            f"has {SHORTEST_TOKEN} letters and digits at least, or is off; make one with: openssl rand -hex 32",
        )
    return value

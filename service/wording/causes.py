"""Why something could not be made: kept as the code of a sentence with what is particular, read in either language."""

from service.wording import sentence

LONGEST = 1000  # characters
_BETWEEN = ": "


def kept(code: str, reason: str = "") -> str:
    """As it is stored."""
    return f"{code}{_BETWEEN}{reason}"[:LONGEST] if reason else code


def told(cause: str | None, language: str) -> str | None:
    """As people read it, in `zh` or `en`."""
    if cause is None:
        return None
    code, _, reason = cause.partition(_BETWEEN)
    return sentence(code, language, reason=reason)

"""Why something could not be made: stored as the code of a sentence with a reason, read in either language."""

from service.wording.texts import sentence

LONGEST = 1000  # characters
_BETWEEN = ": "


def encode_failure(code: str, reason: str = "") -> str:
    """A failure as it is stored: `code` or `code: reason`, at most 1,000 characters."""
    return f"{code}{_BETWEEN}{reason}"[:LONGEST] if reason else code


def failure_sentence(failure: str | None, language: str) -> str | None:
    """A stored failure as people read it, in `zh` or `en`; none when there is none."""
    if failure is None:
        return None
    code, _, reason = failure.partition(_BETWEEN)
    return sentence(code, language, reason=reason)

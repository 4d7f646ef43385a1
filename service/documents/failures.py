"""Why a document could not be made, and whether it is worth another try."""

from service.documents.blocks import NotForPdf
from service.documents.word import BadTemplate
from service.errors import DubanError, InvalidInput
from service.wording.failures import encode_failure

GIVEN_UP = encode_failure("document_given_up")


def cause_of(error: Exception) -> str:
    """The cause of a failure, encoded for its column."""
    if isinstance(error, DubanError):
        return encode_failure(error.code)
    if isinstance(error, BadTemplate):
        return encode_failure("bad_template", str(error))
    if isinstance(error, NotForPdf):
        return encode_failure("not_for_pdf")
    return encode_failure("document_unmade", f"{type(error).__name__} {error}")


def is_final(error: Exception) -> bool:
    """Whether every further try would fail too."""
    return isinstance(error, BadTemplate | InvalidInput)

"""佐证材料."""

from typing import Any

from flask_smorest.fields import Upload  # type: ignore[import-untyped]
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from api.schemas.request_fields import RequestSchema
from api.schemas.response_fields import ResponseSchema, count, id_, text


class EvidenceSchema(ResponseSchema):
    """A file, known by its hash."""

    id = id_()
    sha256 = text()
    media_type = text()
    size = count(metadata={"description": "bytes"})
    filename = text()


def _is_file(part: Any) -> None:
    if not isinstance(part, FileStorage):
        raise ValidationError("invalid")


class UploadBody(RequestSchema):
    """One file."""

    file = Upload(required=True, validate=_is_file, error_messages={"required": "required"})

"""Ids in paths: what cannot be one looks like one that nothing has."""

import re
from typing import Any

from werkzeug.routing import BaseConverter

NOBODY = "00000000-0000-0000-0000-000000000000"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class IdConverter(BaseConverter):
    """`<id:finding_id>`."""

    regex = r"(?!bulk\Z)[^/]+"  # /findings/bulk/… is no finding's address
    part_isolating = True

    def to_python(self, value: str) -> str:
        id_ = value.lower()
        return id_ if _UUID.fullmatch(id_) else NOBODY


def described(_converter: Any) -> dict[str, str]:
    """How the OpenAPI document tells of it."""
    return {"type": "string", "format": "uuid"}

"""Ids in paths: what cannot be one looks like one that nothing has."""

import re
from typing import Any

from werkzeug.routing import BaseConverter

from workflows.vocabulary import CampaignCode

NOBODY = "00000000-0000-0000-0000-000000000000"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class IdConverter(BaseConverter):
    """`<id:finding_id>`."""

    regex = r"(?!bulk\Z)[^/]+"  # /findings/bulk/… is no finding's address
    part_isolating = True

    def to_python(self, value: str) -> str:
        id_ = value.lower()
        return id_ if _UUID.fullmatch(id_) else NOBODY


class CampaignConverter(BaseConverter):
    """`<campaign:code>`: one of the five; none for any other word, which the view says once the caller is known."""

    def to_python(self, value: str) -> CampaignCode | None:
        return CampaignCode(value) if value in list(CampaignCode) else None


def described_campaign(_converter: Any) -> dict[str, Any]:
    """How the OpenAPI document tells of it."""
    return {"type": "string", "enum": [str(code) for code in CampaignCode]}


def described(_converter: Any) -> dict[str, str]:
    """How the OpenAPI document tells of it."""
    return {"type": "string", "format": "uuid"}

"""Ids and codes in paths; what is no UUID becomes an id that nothing has, so that the answer is 404."""

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
    """`<campaign:code>`: the CampaignCode, or None for another word: the view answers 404 once it knows the caller."""

    def to_python(self, value: str) -> CampaignCode | None:
        return CampaignCode(value) if value in list(CampaignCode) else None


def campaign_parameter(_converter: Any) -> dict[str, Any]:
    """The OpenAPI schema of a campaign's code."""
    return {"type": "string", "enum": [str(code) for code in CampaignCode]}


def id_parameter(_converter: Any) -> dict[str, str]:
    """The OpenAPI schema of an id."""
    return {"type": "string", "format": "uuid"}

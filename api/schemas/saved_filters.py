"""Saved filters: what is saved, and what of it still holds."""

from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode

import marshmallow as ma

from api.schemas.findings import FindingQuery
from api.schemas.request_fields import AnyOf, CorrectionBody, RequestSchema, Text, YesNo
from api.schemas.response_fields import ResponseSchema, at, id_, text, yes_no

LONGEST_QUERY = 2000  # characters
OF_A_PAGE = ("cursor", "limit")


def read_query(written: str) -> dict[str, Any]:
    """A query of the list of findings, as its address has it; ValidationError as the list itself would raise."""
    several = {name for name, field in FindingQuery().load_fields.items() if isinstance(field, AnyOf)}
    asked = parse_qs(written, keep_blank_values=True)
    query: dict[str, Any] = FindingQuery().load(
        {name: values if name in several else values[-1] for name, values in asked.items()}
    )
    return query


def still_holds(written: str) -> bool:
    """Whether the list still takes the query."""
    try:
        read_query(written)
    except (ma.ValidationError, ValueError):
        return False
    return True


class FilterQuery(Text):
    """The query of an address of the list, with something to filter by and without a page."""

    def read(self, value: Any) -> str:
        written = super().read(value).removeprefix("?")
        try:
            read_query(written)
            names = parse_qs(written, keep_blank_values=True).keys()
        except (ma.ValidationError, ValueError) as error:
            raise ma.ValidationError("filter_unreadable") from error
        if names & set(OF_A_PAGE):
            raise ma.ValidationError("filter_unreadable")
        if not names - {"sort"}:
            raise ma.ValidationError("filter_empty")
        encoded = urlencode(parse_qsl(written, keep_blank_values=True))  # an address has it so: `#` would end it
        if len(encoded) > LONGEST_QUERY:
            raise ma.ValidationError("too_long")
        return encoded


class SavedFilterBody(RequestSchema):
    """A filter to be saved."""

    name = Text(60, required=True)
    query = FilterQuery(LONGEST_QUERY, required=True)
    first = YesNo(load_default=False)


class SavedFilterChanges(CorrectionBody):
    """What is changed of one; at least one field."""

    corrected_most: ClassVar = "name"

    name = Text(60)
    query = FilterQuery(LONGEST_QUERY)
    first = YesNo()


class SavedFilterSchema(ResponseSchema):
    """A filter that the caller has saved."""

    id = id_()
    name = text()
    query = text()
    first = yes_no(attribute="is_first")
    holds = yes_no()
    created_at = at()

    def get(self, obj: Any, name: str) -> Any:
        """Whether it still holds is asked of the list's own schema."""
        return still_holds(obj.query) if name == "holds" else super().get(obj, name)

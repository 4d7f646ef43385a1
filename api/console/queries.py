"""Addresses of lists: what they ask for, read by the schemas of the API, and where the next page is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import request

from api.console.forms import errors_by_field
from api.http.context import language
from api.schemas.request_fields import AnyOf, Id
from service.wording.texts import ZONE

NO_FILTERS = ("cursor", "limit", "sort")


def asked_for(schema: type[ma.Schema]) -> tuple[dict[str, Any], dict[str, str]]:
    """The query of the address, and what of it is refused, by field; with something refused the query asks for all."""
    several = {name for name, field in schema().load_fields.items() if isinstance(field, AnyOf)}
    raw = {
        name: [value for value in values if value] if name in several else values[-1]
        for name, values in chosen().items()
    }
    try:
        query: dict[str, Any] = schema().load(raw)
    except ma.ValidationError as error:
        return schema().load({}), errors_by_field(error, language())
    return query, {}


def chosen() -> dict[str, list[str]]:
    """What the address says, without what it leaves empty."""
    return {name: values for name, values in request.args.lists() if any(values)}


def is_filtered() -> bool:
    """Whether the address asks for less than all."""
    return bool(chosen().keys() - set(NO_FILTERS))


def page_after(cursor: str | None) -> str | None:
    """The address of the next page of the same list."""
    return with_query(request.path, {**chosen(), "cursor": cursor}) if cursor else None


def with_query(path: str, pairs: Mapping[str, Any]) -> str:
    """An address with a query; what is None is left out."""
    said = urlencode({name: value for name, value in pairs.items() if value is not None}, doseq=True)
    return f"{path}?{said}" if said else path


def id_in(written: str) -> str | None:
    """The id that was written, as the books have it; None for what is none."""
    try:
        return str(Id().deserialize(written))
    except ma.ValidationError:
        return None


def office_instant(written: str) -> str:
    """What `datetime-local` sends, as an instant of the office; what is none stays, and the schema says so."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZONE).isoformat()
    except ValueError:
        return written

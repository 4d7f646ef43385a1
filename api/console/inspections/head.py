"""The head of a sheet as fields of a form: methods to tick, rooms and people one a line."""

from typing import Any

from werkzeug.datastructures import MultiDict

LISTS = ("rooms", "participants")
HEAD = {name: f"inspections.{name}" for name in ("methods", *LISTS, "note")}  # what its fields are called


def blank_head() -> dict[str, Any]:
    """A head that says nothing yet."""
    return {"methods": [], "rooms": [], "participants": [], "note": None}


def head_in(form: MultiDict[str, str]) -> dict[str, Any]:
    """What a form says of the head, as JSON would have it."""
    lists = {name: [line.strip() for line in form.get(name, "").splitlines() if line.strip()] for name in LISTS}
    return {"methods": form.getlist("methods"), **lists, "note": form.get("note", "").strip() or None}

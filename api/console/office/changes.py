"""The last changes of a person or an organization as lines: who, when, from what to what, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.console.office.sending import WORDS
from api.console.rendering import has_text, text
from api.http.context import RequestContext, language
from service.people.directory import organization_names
from service.people.list import changes_of
from service.wording import moment, word
from service.wording.texts import ZONE
from workflows.journal import SubjectKind
from workflows.vocabulary import Role

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One entry of the record."""

    at: datetime
    who: str
    what: str
    reason: str | None
    changes: Sequence[str]


def last_changes(context: RequestContext, kind: SubjectKind, subject_id: str) -> list[ChangeLine]:
    """What has changed of it last, the newest first."""
    found = changes_of(context.session, kind, subject_id, actor=context.actor, limit=SHOWN)
    names = organization_names(context.session)
    return [
        ChangeLine(
            at=one.entry.at,
            who=one.entry.actor.name if one.entry.actor else text("office.at_server"),
            what=word(one.entry.act, language()),
            reason=one.entry.reason,
            changes=[
                text(
                    "office.from_to",
                    field=_field(change.field),
                    before=_shown(change.field, change.before, names),
                    after=_shown(change.field, change.after, names),
                )
                for change in one.changes
            ],
        )
        for one in found.items
    ]


def _field(name: str) -> str:
    keys = (f"{WORDS}.{name}", f"forms.{name}")
    return next((text(key) for key in keys if has_text(key)), name)


def _shown(field: str, value: Any, names: dict[str, str]) -> str:
    """A value as people read it."""
    readings: dict[str, Callable[[Any], str]] = {
        "role": lambda role: word(Role(role), language()),
        "organization_id": lambda id_: names.get(id_, id_),
        "parent_id": lambda id_: names.get(id_, id_),
        "merged_into_id": lambda id_: names.get(id_, id_),
        "disabled_at": lambda at: moment(datetime.fromisoformat(at), language(), ZONE),
        "closed_at": lambda at: moment(datetime.fromisoformat(at), language(), ZONE),
        "language": lambda code: text(f"forms.{code}"),
    }
    if value in (None, ""):
        return text("office.nothing")
    if isinstance(value, dict):
        return " · ".join(_shown(name, part, names) for name, part in value.items())
    return readings.get(field, str)(value)

"""The text of an alert about something other than a finding: a sheet, a weekly report, a round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from service.wording.moments import moment
from service.wording.texts import filled, word, wording, written
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFields:
    """An alert with what its text needs: of the journal's entry, and who reads it."""

    kind: str  # report.late, inspection.feedback
    at: datetime
    actor_role: Role
    data: Mapping[str, Any]  # of the entry: what its text has blanks for; instants are called deadline or …_at
    organization_id: str | None
    unit: str | None  # the organization's name
    reader_role: Role
    reader_organization_id: str

    @property
    def number(self) -> str:
        """What it is called in a subject."""
        return str(self.data.get("number", ""))

    @property
    def deadline_then(self) -> datetime | None:
        """The deadline that the entry spoke of."""
        deadline = self.data.get("deadline")
        return datetime.fromisoformat(deadline) if isinstance(deadline, str) else None


def duty_text(duty: DutyFields, language: str, zone: tzinfo) -> str:
    """What the alert says to its reader: one sentence for the unit itself (`own`), one for those who `hear`."""
    texts = _texts(duty, language)
    own = duty.reader_organization_id == duty.organization_id
    text = (texts.get("own") if own else None) or texts.get("hear") or texts.get("own")
    if text is None:
        return written("duties", duty.kind, language)
    said = filled(text, _blanks(duty, language, zone))
    return said[:1].upper() + said[1:]


def duty_label(duty: DutyFields, language: str) -> str:
    """The kind in a word or two, as it is counted in a subject: «周报逾期»."""
    return str(_texts(duty, language).get("label") or written("duties", duty.kind, language))


def duty_urgency(duty: DutyFields) -> int:
    """Where it stands among others: the smaller, the further up."""
    return int(_entry(duty).get("urgency", 100))


def _entry(duty: DutyFields) -> Mapping[str, Any]:
    """By kind, or by what stands before its step."""
    entries = wording("duties")
    return dict(entries.get(duty.kind) or entries.get(duty.kind.rpartition(".")[0], {}))


def _texts(duty: DutyFields, language: str) -> Mapping[str, str]:
    texts: Mapping[str, str] = _entry(duty).get(language, {})
    return texts


def _blanks(duty: DutyFields, language: str, zone: tzinfo) -> dict[str, str]:
    said = {name: _spoken(name, value, language, zone) for name, value in duty.data.items()}
    return {"unit": duty.unit or "", "actor": word(duty.actor_role, language), **said}


def _spoken(name: str, value: object, language: str, zone: tzinfo) -> str:
    if isinstance(value, str) and (name.endswith("_at") or name == "deadline"):
        return moment(datetime.fromisoformat(value), language, zone)
    return str(value)

"""The texts of alerts about anything but a finding: a sheet, a weekly report, a round."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, ClassVar

from service.wording.alerts import AlertFields
from service.wording.moments import day_in_words, moment
from service.wording.texts import word, wording, written


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAlertFields(AlertFields):
    """An alert about an entry of the journal; its text has blanks for the entry's data.

    In `data`, instants are called `deadline` or …`_at`, and days …`_on`.
    """

    FILE: ClassVar[str] = "duties"
    SUBJECT: ClassVar[str] = "subject_duty"

    organization_id: str | None  # whom the entry is about
    unit: str | None  # its name

    @property
    def number(self) -> str:
        """What it is called in a subject."""
        return str(self.data.get("number", ""))

    @property
    def deadline_then(self) -> datetime | None:
        """The deadline that the entry spoke of."""
        deadline = self.data.get("deadline")
        return datetime.fromisoformat(deadline) if isinstance(deadline, str) else None

    def _entry(self) -> Mapping[str, Any]:
        """By kind, or by what stands before its step."""
        entries = wording(self.FILE)
        return dict(entries.get(self.kind) or entries.get(self.kind.rpartition(".")[0], {}))

    def _text_for_reader(self, texts: Mapping[str, str]) -> str | None:
        """One sentence for the unit itself (`own`), one for those who `hear`."""
        own = self.reader_organization_id == self.organization_id
        return (texts.get("own") if own else None) or texts.get("hear") or texts.get("own")

    def _blanks(self, language: str, zone: tzinfo) -> dict[str, str]:
        blanks = {name: _in_words(name, value, language, zone) for name, value in self.data.items()}
        return {"unit": self.unit or "", "actor": word(self.actor_role, language), "round": "", **blanks}


def _in_words(name: str, value: object, language: str, zone: tzinfo) -> str:
    if isinstance(value, str) and (name.endswith("_at") or name == "deadline"):
        return moment(datetime.fromisoformat(value), language, zone)
    if isinstance(value, str) and name.endswith("_on"):
        return day_in_words(datetime.combine(date.fromisoformat(value), time(12), zone), language, zone)
    if name == "round":  # of a weekly report: two rounds may run side by side
        return written("letters", "of_round", language, number=value)
    return str(value)

"""Letters: everything that waits for one person, in one text, the most pressing first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from service.alerts.channels.transport import OutgoingMessage
from service.alerts.texts import ReadableAlert
from service.models import Message, Person
from service.wording import day_in_words
from service.wording.numerals import ordinal_numeral
from service.wording.texts import written
from workflows.vocabulary import Move

LABELS_IN_SUBJECT = 3
RUNGS = (Move.REMIND, Move.EXPIRE, Move.ESCALATE)  # the inbox has each of them all the same
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all letters share: where links lead, which office writes, and the zone that it lives by."""

    base_url: str
    zone: tzinfo
    office: str | None = None  # the centre's name, once it has one


@dataclass(frozen=True, slots=True)
class _Item:
    """One finding, or other subject, of a letter: its alerts, the most urgent first."""

    alerts: Sequence[ReadableAlert]

    @property
    def first(self) -> ReadableAlert:
        return self.alerts[0]

    @property
    def rank(self) -> tuple[int, datetime, str]:
        fields = self.first.fields
        return fields.urgency, fields.deadline_then or _NEVER, fields.number


def write_letter(message: Message, address: str, alerts: Iterable[ReadableAlert], head: Letterhead) -> OutgoingMessage:
    """The letter of one message to an address of its person; written again, it has equal words."""
    person, created_at = message.person, message.created_at.astimezone(head.zone)
    sections = _sections(alerts, person.language)
    return OutgoingMessage(
        id=message.id,
        to=address,
        to_name=person.name,
        sender_name=_office(person.language, head),
        language=person.language,
        subject=_subject(sections, person.language),
        body="\n".join(_lines(sections, person, created_at, head)) + "\n",
        created_at=created_at,
    )


def _sections(alerts: Iterable[ReadableAlert], language: str) -> dict[str, list[_Item]]:
    """Findings and other subjects by the label of their most urgent alert, in the order of urgency."""
    of_subject: dict[str, list[ReadableAlert]] = defaultdict(list)
    for alert in alerts:
        of_subject[alert.subject_id].append(alert)
    items = [_Item(_worth_telling(several)) for several in of_subject.values()]
    sections: dict[str, list[_Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.rank):
        sections[item.first.fields.label(language)].append(item)
    return sections


def _worth_telling(alerts: Sequence[ReadableAlert]) -> list[ReadableAlert]:
    """The alerts of one finding without rungs that were climbed at one instant with a higher one; most urgent first."""
    rungs = sorted(filter(_is_rung, alerts), key=lambda alert: alert.fields.urgency, reverse=True)
    climbed = {alert.created_at: alert for alert in rungs}
    telling = (alert for alert in alerts if not _is_rung(alert) or climbed[alert.created_at] is alert)
    return sorted(telling, key=lambda alert: (alert.fields.urgency, alert.created_at))


def _is_rung(alert: ReadableAlert) -> bool:
    return alert.fields.kind.partition(".")[0] in RUNGS


def _subject(sections: dict[str, list[_Item]], language: str) -> str:
    count = sum(len(several) for several in sections.values())
    worst = next(iter(sections))
    if count == 1:
        fields = sections[worst][0].first.fields
        label = _capitalized(worst)
        return written(
            "letters", fields.SUBJECT, language, label=label, unit=fields.unit or "", number=fields.number
        ).strip()
    if len(sections) == 1:
        return written("letters", "subject_alike", language, count=count, label=worst)
    counts = [
        written("letters", "count", language, count=len(several), label=label) for label, several in sections.items()
    ]
    labels = written("letters", "between", language).join(counts[:LABELS_IN_SUBJECT])
    more = written("letters", "and_more", language) if len(counts) > LABELS_IN_SUBJECT else ""
    return written("letters", "subject_many", language, count=count, labels=labels + more)


def _lines(sections: dict[str, list[_Item]], to: Person, created_at: datetime, head: Letterhead) -> list[str]:
    count = sum(len(several) for several in sections.values())
    lines = [
        written("letters", "greeting", to.language, name=_one_line(to.name)),
        "",
        written("letters", "opening_one" if count == 1 else "opening_many", to.language, count=count),
        "",
    ]
    for position, (label, items) in enumerate(sections.items(), start=1):
        if count > 1:
            ordinal = ordinal_numeral(position)
            lines += [
                written(
                    "letters", "section", to.language, ordinal=ordinal, label=_capitalized(label), count=len(items)
                ),
                "",
            ]
        for number, item in enumerate(items, start=1):
            lines += _item(item, number if count > 1 else None, to.language, head)
    return lines + _acknowledge(sections, to.language, head) + _close(to.language, created_at, head)


def _item(item: _Item, number: int | None, language: str, head: Letterhead) -> list[str]:
    texts = [_one_line(alert.fields.text(language, head.zone)) for alert in item.alerts]
    if number is not None:
        texts[0] = written("letters", "line", language, ordinal=number, text=texts[0])
    return [*texts, f"{head.base_url}/{item.first.path}", ""]


def _acknowledge(sections: dict[str, list[_Item]], language: str, head: Letterhead) -> list[str]:
    """Leaders are asked for a word that they have read it; the earliest of the instants holds for all."""
    alerts = (alert for several in sections.values() for item in several for alert in item.alerts)
    by = min((alert.acknowledge_by for alert in alerts if alert.acknowledge_by), default=None)
    return [written("letters", "acknowledge", language, zone=head.zone, deadline=by), ""] if by else []


def _close(language: str, created_at: datetime, head: Letterhead) -> list[str]:
    return [
        written("letters", "inbox", language, link=f"{head.base_url}/alerts"),
        "",
        _office(language, head),
        day_in_words(created_at, language, head.zone),
        "",
        written("letters", "no_reply", language),
    ]


def _office(language: str, head: Letterhead) -> str:
    return _one_line(head.office) if head.office else written("letters", "office", language)


def _capitalized(label: str) -> str:
    return label[:1].upper() + label[1:]


def _one_line(text: str) -> str:
    """A unit's or person's name must not be able to start lines of its own."""
    return " ".join(text.split())

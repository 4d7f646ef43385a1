"""Letters: everything that waits for one person, in one text, the most pressing first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from service.alerts.channels.transport import Attachment, OutgoingMessage
from service.alerts.enclosures import Papers
from service.alerts.letter_items import LetterItem
from service.models import Message, Person
from service.wording import day_in_words, one_line
from service.wording.numerals import ordinal_numeral
from service.wording.texts import written

LABELS_IN_SUBJECT = 3
NO_PAPERS = Papers()
MOST_ITEMS = 20  # of a section: who has more reads them in the system


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all letters share: where links lead, which office writes, and the zone that it lives by."""

    base_url: str
    zone: tzinfo
    office: str | None = None  # the centre's name, once it has one


@dataclass(frozen=True, slots=True)
class Rest:
    """Of a very large message, what its letter only counts."""

    subjects: int = 0
    acknowledge_by: datetime | None = None  # the first instant of the whole message


def write_letter(
    message: Message,
    address: str,
    items: Sequence[LetterItem],
    head: Letterhead,
    papers: Papers = NO_PAPERS,
    rest: Rest = Rest(),
) -> OutgoingMessage:
    """The letter of one message to an address of its person, with its papers, as the books are now.

    The items are those of `items_of`, in their order.
    """
    person, created_at = message.person, message.created_at.astimezone(head.zone)
    sections = _sections(items, person.language)
    lines = [
        *_lines(sections, papers, person, head, rest.subjects),
        *_acknowledge(items, rest, person.language, head),
        *_close(person.language, created_at, head),
    ]
    return OutgoingMessage(
        id=message.id,
        to=address,
        to_name=person.name,
        sender_name=_office(person.language, head),
        language=person.language,
        subject=_subject(sections, rest.subjects, person.language),
        body="\n".join(lines) + "\n",
        created_at=created_at,
        attachments=tuple(paper.attachment for paper in papers.papers if paper.attachment),
    )


def outgoing(words: Mapping[str, Any], address: str, attachments: tuple[Attachment, ...]) -> OutgoingMessage:
    """A letter that was written before, to the address that its reader has now."""
    created_at = datetime.fromisoformat(words["created_at"])
    return OutgoingMessage(**{**words, "to": address, "created_at": created_at, "attachments": attachments})


def _sections(items: Iterable[LetterItem], language: str) -> dict[str, list[LetterItem]]:
    """Findings and other subjects by the label of their most urgent alert, in the order of urgency."""
    sections: dict[str, list[LetterItem]] = defaultdict(list)
    for item in items:
        sections[item.worst.fields.label(language)].append(item)
    return sections


def _subject(sections: dict[str, list[LetterItem]], rest: int, language: str) -> str:
    count = sum(len(several) for several in sections.values()) + rest
    worst = next(iter(sections))
    if count == 1:
        fields = sections[worst][0].worst.fields
        label = _capitalized(worst)
        return written(
            "letters", fields.SUBJECT, language, label=label, unit=fields.unit or "", number=fields.number
        ).strip()
    if len(sections) == 1 and not rest:
        return written("letters", "subject_alike", language, count=count, label=worst)
    counts = [
        written("letters", "count", language, count=len(several), label=label) for label, several in sections.items()
    ]
    labels = written("letters", "between", language).join(counts[:LABELS_IN_SUBJECT])
    more = written("letters", "and_more", language) if len(counts) > LABELS_IN_SUBJECT or rest else ""
    return written("letters", "subject_many", language, count=count, labels=labels + more)


def _lines(sections: dict[str, list[LetterItem]], papers: Papers, to: Person, head: Letterhead, rest: int) -> list[str]:
    count = sum(len(several) for several in sections.values()) + rest
    lines = [written("letters", "greeting", to.language, name=one_line(to.name)), ""]
    lines += [written("letters", _opening(sections, count), to.language, count=count), ""]
    for position, (label, items) in enumerate(sections.items(), start=1):
        if count > 1:
            ordinal, heading = ordinal_numeral(position), _capitalized(label)
            lines += [written("letters", "section", to.language, ordinal=ordinal, label=heading, count=len(items)), ""]
        lines += _listed(items, to.language, head, numbered=count > 1)
    if rest:
        lines += [written("letters", "rest", to.language, count=rest, link=f"{head.base_url}/alerts"), ""]
    return lines + _enclosed(papers, to.language, head)


def _opening(sections: dict[str, list[LetterItem]], count: int) -> str:
    if all(alert.held_until for items in sections.values() for item in items for alert in item.alerts):
        return "opening_digest"
    return "opening_one" if count == 1 else "opening_many"


def _listed(items: Sequence[LetterItem], language: str, head: Letterhead, *, numbered: bool) -> list[str]:
    """The items of a section; of very many the most pressing, and how many more there are."""
    lines = []
    for number, item in enumerate(items[:MOST_ITEMS], start=1):
        lines += item.lines(number if numbered else None, language, head.base_url, head.zone)
    if (more := len(items) - MOST_ITEMS) > 0:
        lines += [written("letters", "more_items", language, count=more, link=f"{head.base_url}/alerts"), ""]
    return lines


def _enclosed(papers: Papers, language: str, head: Letterhead) -> list[str]:
    """What is enclosed, and where to find what is not."""
    lines = []
    for paper in sorted(papers.papers, key=lambda paper: paper.attachment is None):
        key, link = "enclosed" if paper.attachment else "not_enclosed", f"{head.base_url}/{paper.path}"
        lines += [written("letters", key, language, title=one_line(paper.title), link=link)]
    if papers.more:
        lines += [written("letters", "more_papers", language, count=papers.more, link=f"{head.base_url}/documents")]
    return [*lines, ""] if lines else []


def _acknowledge(items: Iterable[LetterItem], rest: Rest, language: str, head: Letterhead) -> list[str]:
    """Leaders are asked for a word that they have read it; the earliest of the instants holds for all.

    Also of what is settled and not told any more: whoever leaves it in the inbox is named to the next above.
    """
    instants = (rest.acknowledge_by, *(item.acknowledge_by for item in items))
    by = min((instant for instant in instants if instant), default=None)
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
    return one_line(head.office) if head.office else written("letters", "office", language)


def _capitalized(label: str) -> str:
    return label[:1].upper() + label[1:]

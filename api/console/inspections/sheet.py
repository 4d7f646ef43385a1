"""One sheet: its items heading by heading, answered one by one by several people, and its head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.console.attempts import Refused, attempt, refilled, typed
from api.console.inspections.head import HEAD, head_in
from api.console.lost_words import Words, lost_words, not_taken
from api.console.pages import Pages, done, takes_files
from api.console.rendering import page, text, words_of
from api.console.stored_files import stored_files
from api.console.typed_text import brings_back
from api.console.uploads import KEPT, handed_in
from api.http.access import signed_in
from api.http.context import RequestContext, language
from api.http.transaction import prepared_by
from api.schemas.inspection_answers import AnswerBody
from api.schemas.inspections import HeadCorrection
from service.errors import NotFound
from service.inspections.answer_list import AnswerView, answers_of
from service.inspections.answers import FindingWords, NewAnswer, answer
from service.inspections.list import InspectionView, view_inspection
from service.inspections.opening import correct_head
from workflows.vocabulary import Answer, Method, Severity

pages = Pages("sheets")
WORDS = ("severity", "summary", "location")  # of a finding
ANSWER = {  # what the fields of an answer are called
    "answer": "inspections.answer",
    "severity": "findings.severity",
    "summary": "inspections.summary_of_finding",
    "location": "forms.location",
    "note": "inspections.item_note",
}
PICTURES = ("image/jpeg", "image/png", "image/webp")  # that every browser shows


@dataclass(frozen=True, slots=True)
class Part:
    """The items under one heading."""

    number: int
    name: str
    items: Sequence[AnswerView]

    @property
    def answered(self) -> int:
        return sum(one.row is not None for one in self.items)

    @property
    def wrong(self) -> int:
        return sum(one.row is not None and one.row.answer is Answer.NOT_IN_PLACE for one in self.items)


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer that was refused, with everything that was typed."""

    item_id: str
    refused: Refused
    given: Mapping[str, str]
    kept: Sequence[str] = field(default=())
    over_others: bool = False  # whether somebody else has answered


@pages.get("/inspections/<id:inspection_id>")
@signed_in
def show(context: RequestContext, inspection_id: str) -> Response:
    """A sheet: how far it is, and the items of one heading, the first with something undecided unless one is named.

    One that was begun opens at the item where one goes on.
    """
    if "part" not in request.args and (place := _where_to_go_on(context, inspection_id)):
        return done(place)
    return sheet_page(context, inspection_id)


@pages.post("/inspections/<id:inspection_id>/answers/<id:item_id>")
@signed_in
@takes_files
@brings_back
@prepared_by(stored_files)
def answer_item(context: RequestContext, inspection_id: str, item_id: str) -> Response:
    """Answer one item; a newer answer of somebody else is shown beside what was typed, and nothing is lost."""
    return _answered(context, inspection_id, item_id, typed(request.form))


@pages.post("/inspections/<id:inspection_id>/findings/<id:item_id>")
@signed_in
@takes_files
@brings_back
@prepared_by(stored_files)
def find(context: RequestContext, inspection_id: str, item_id: str) -> Response:
    """Say that an item is not in place, and log what was found."""
    words = {name: request.form[name].strip() for name in WORDS if request.form.get(name, "").strip()}
    return _answered(context, inspection_id, item_id, typed(request.form, {"answer": Answer.NOT_IN_PLACE}), words)


@pages.post("/inspections/<id:inspection_id>/head")
@signed_in
@brings_back
def change_head(context: RequestContext, inspection_id: str) -> Response:
    """Change methods, rooms, people and note."""
    version = request.form.get("version", "")

    def do() -> None:
        head = HeadCorrection().load(head_in(request.form))
        seen = int(version) if version.isdecimal() and len(version) < 10 else -1
        correct_head(context.session, inspection_id, head, version=seen, actor=context.actor, now=context.now)

    refused = refilled() or attempt(context, do)
    if refused:
        return sheet_page(context, inspection_id, head=refused)
    part = _shown(parts_of(answers_of(context.session, inspection_id, actor=context.actor)))
    return done(f"/inspections/{inspection_id}?part={part.number}", "saved")


def _answered(
    context: RequestContext,
    inspection_id: str,
    item_id: str,
    given: Mapping[str, str],
    words: Mapping[str, str] | None = None,
) -> Response:
    """The sheet further on; or as it was, with what the answer is refused for and everything that was typed."""
    files: list[str] = request.form.getlist(KEPT)

    def bring() -> None:
        files[:] = handed_in(context)

    def do() -> None:
        new = _new_answer(item_id, given, files, words)
        answer(context.session, inspection_id, [new], actor=context.actor, now=context.now)

    refused = refilled() or attempt(context, bring) or attempt(context, do)
    if refused:
        return sheet_page(context, inspection_id, tried=Tried(item_id, refused, given, files))
    part = part_of(parts_of(answers_of(context.session, inspection_id, actor=context.actor)), item_id)
    return done(f"/inspections/{inspection_id}?part={part.number}#{_next_place(part, item_id)}")


def parts_of(answers: Sequence[AnswerView]) -> list[Part]:
    """The answers under their headings, in the checklist's order."""
    grouped = groupby(answers, key=lambda one: one.item.category)
    return [Part(number, name, list(items)) for number, (name, items) in enumerate(grouped, 1)]


def part_of(parts: Sequence[Part], item_id: str) -> Part:
    """The heading of an item; raises `NotFound` for an item of another checklist."""
    for part in parts:
        if any(one.item.id == item_id for one in part.items):
            return part
    raise NotFound("not_found")


def sheet_page(
    context: RequestContext,
    inspection_id: str,
    *,
    tried: Tried | None = None,
    head: Refused | None = None,
    labels: Mapping[str, str] | None = None,
) -> Response:
    """The page of a sheet, with what was refused beside its item or its head; above where these take nothing more.

    `labels` are those of the form that was refused, where it is neither of the two.
    """
    view = view_inspection(context.session, inspection_id, actor=context.actor, now=context.now)
    parts = parts_of(answers_of(context.session, inspection_id, actor=context.actor))
    refused, part = (tried.refused if tried else head), _shown(parts, tried)
    tried, head, lost = _placed(context, view, part, tried, head, labels)
    return page(
        "inspections/sheet.html",
        status=refused.status if refused else 200,
        title=view.inspection.organization.name,
        view=view,
        sheet=view.inspection,
        parts=parts,
        part=part,
        asked=asked,
        done=_done(view),
        tried=tried,
        lost=lost,
        blank=typed(),
        head_refused=head,
        head=head_in(request.form) if head and not lost else None,
        methods=words_of(list(Method)),
        severities=words_of(list(Severity)),
        pictures=PICTURES,
        written_in=text(f"inspections.{view.inspection.kind}"),
    )


def asked(item: Any) -> str:
    """What an item asks for, in the caller's language where somebody has translated it."""
    words: str = (item.requirement_en if language() == "en" else None) or item.requirement_zh
    return words


def _new_answer(
    item_id: str, form: Mapping[str, str], evidence_ids: Sequence[str], words: Mapping[str, str] | None
) -> NewAnswer:
    """The answer of a form, in the version that it was shown; words are those of the finding that it opens."""
    version = form["version"]
    body = AnswerBody().load(
        {
            "item_id": item_id,
            "answer": form["answer"],
            "version": int(version) if version.isdecimal() and len(version) < 10 else version,
            "note": form["note"].strip() or None,
            **({"evidence_ids": list(evidence_ids)} if evidence_ids else {}),
            **({"finding": words} if words else {}),
        }
    )
    found = body.pop("finding", None)
    return NewAnswer(**body, finding=FindingWords(**found) if found else None)


def _where_to_go_on(context: RequestContext, inspection_id: str) -> str | None:
    """The first item that nobody has answered, of a sheet that was begun and that the caller fills in."""
    parts = parts_of(answers_of(context.session, inspection_id, actor=context.actor))
    if not any(part.answered for part in parts):
        return None
    if not view_inspection(context.session, inspection_id, actor=context.actor, now=context.now).may_fill:
        return None
    undecided = ((part, one.item.id) for part in parts for one in part.items if one.row is None)
    return next((f"/inspections/{inspection_id}?part={part.number}#item-{id_}" for part, id_ in undecided), None)


def _shown(parts: Sequence[Part], tried: Tried | None = None) -> Part:
    if tried:
        return part_of(parts, tried.item_id)
    number = request.args.get("part", "")
    if number.isdecimal() and len(number) < 6 and 1 <= int(number) <= len(parts):
        return parts[int(number) - 1]
    undecided = (part for part in parts if part.answered < len(part.items))
    return next(undecided, parts[0] if parts else Part(1, text("inspections.no_items"), ()))


def _placed(
    context: RequestContext,
    view: InspectionView,
    part: Part,
    tried: Tried | None,
    head: Refused | None,
    labels: Mapping[str, str] | None,
) -> tuple[Tried | None, Refused | None, Words]:
    """What was refused beside its item, or above: there with what was typed, where its form stands no more."""
    refused = tried.refused if tried else head
    one = next((one for one in part.items if tried and one.item.id == tried.item_id), None)
    if refused and not _takes(view, one, tried):
        named = {**_choices(), **{finding.id: finding.number for finding in view.findings}}
        sentence = text("inspections.refilled_closed" if view.inspection.closed_at else "page.refilled_shut")
        return None, not_taken(refused, sentence), lost_words(labels or (ANSWER if tried else HEAD), named)
    if tried and one and one.row:
        tried = replace(tried, over_others=one.row.answered_by_id != context.caller.id)
    return tried, head, []


def _takes(view: InspectionView, one: AnswerView | None, tried: Tried | None) -> bool:
    """Whether the form that was refused still stands on the page."""
    logs = tried is not None and tried.given["answer"] == Answer.NOT_IN_PLACE
    return view.may_fill and not (logs and one is not None and one.finding is not None)


def _choices() -> dict[str, str]:
    answers = {str(answer): text(f"inspections.say_{answer}") for answer in Answer}
    return {**answers, **dict(words_of(list(Severity))), **dict(words_of(list(Method)))}


def _done(view: InspectionView) -> int:
    return view.items - view.answered[Answer.NOT_SEEN]


def _next_place(part: Part, item_id: str) -> str:
    """Where to go on: at the next item under the heading that nobody has answered, else at the way to the next one."""
    ids = [one.item.id for one in part.items]
    after: list[Any] = [*part.items[ids.index(item_id) + 1 :], *part.items]
    return next((f"item-{one.item.id}" for one in after if one.row is None), "next")

"""What administrators do with a person: each act with the body of the API, its use case, and when it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from api.console.forms import Choices
from api.console.office.sending import OfficeForm, Refused, every, form_of
from api.console.rendering import text, words_of
from api.http.context import RequestContext, language
from api.schemas.people import (
    AnonymizingBody,
    ChangeReasonBody,
    JoinBody,
    MoveBody,
    PersonChanges,
    PostBody,
)
from api.schemas.request_fields import Id
from service.people import changes, directory, posts
from service.people.access import second_factor
from service.people.access.held_tokens import end_tokens_of
from service.people.adoption import join_people, to_be_joined
from service.people.list import PersonFilter, people
from service.people.personal_data.anonymizing import anonymize_person
from service.round_changes.handing_over import hand_over
from service.wording import word
from workflows.administration import may_act_as
from workflows.vocabulary import Role

KEPT_BY_CLOCK = Role.SYSTEM  # a role that nobody is given


class LeavingBody(ChangeReasonBody):
    """Who takes over what the person has in open rounds, if anybody does at once."""

    to_person_id = Id(load_default=None)


class HandOverForm(ChangeReasonBody):
    """Who comes."""

    to_person_id = Id(required=True)


@dataclass(frozen=True, slots=True)
class PersonAct:
    """One form of a person's page."""

    body: type[ma.Schema]
    do: Callable[..., Any]  # of the context, the person's id and the body
    stands: Callable[[Any], bool] = lambda _person: True
    role: Role = Role.SECURITY_ADMIN
    is_grave: bool = False
    blank_is_none: bool = False
    compares: Sequence[str] = ()  # fields that show what is in force


def _by(use_case: Callable[..., Any], **more: Any) -> Callable[..., Any]:
    """An act whose body is what the use case takes."""

    def do(context: RequestContext, person_id: str, **body: Any) -> Any:
        return use_case(context.session, person_id, **body, **more, actor=context.actor, now=context.now)

    return do


def _change(
    context: RequestContext, person_id: str, seen: Mapping[str, Any], reason: str | None = None, **fields: Any
) -> Any:
    actor, now = context.actor, context.now
    return changes.change_person(context.session, person_id, fields, actor=actor, now=now, reason=reason, seen=seen)


def _join(context: RequestContext, person_id: str, named_id: str, reason: str | None) -> Any:
    return join_people(context.session, named_id, person_id, actor=context.actor, now=context.now, reason=reason)


def _leave(context: RequestContext, person_id: str, to_person_id: str | None, reason: str | None) -> Any:
    """Hand over first: afterwards nobody is left to take it from."""
    if to_person_id is not None:
        _hand_over(context, person_id, to_person_id, reason)
    actor, now = context.actor, context.now
    return changes.close_account(context.session, person_id, actor=actor, now=now, reason=reason)


def _hand_over(context: RequestContext, person_id: str, to_person_id: str, reason: str | None) -> Any:
    return hand_over(context.session, person_id, to_person_id, actor=context.actor, now=context.now, reason=reason)


def _has_account(person: Any) -> bool:
    return person.username is not None and person.disabled_at is None


def _is_open(person: Any) -> bool:
    return person.disabled_at is None


def _is_closed(person: Any) -> bool:
    return person.disabled_at is not None


ACTS: Mapping[str, PersonAct] = {
    "changes": PersonAct(PersonChanges, _change, blank_is_none=True, compares=changes.CHANGEABLE),
    "move": PersonAct(MoveBody, _by(changes.move_person), _is_open, compares=("role", "organization_id")),
    "posts": PersonAct(PostBody, _by(posts.add_post), _is_open),
    "joining": PersonAct(JoinBody, _join, lambda person: person.username is not None),
    "hand-over": PersonAct(HandOverForm, _hand_over, role=Role.ADMIN),
    "sign-ins": PersonAct(ChangeReasonBody, _by(end_tokens_of), _has_account, is_grave=True),
    "second-factor": PersonAct(ChangeReasonBody, _by(second_factor.reset), _has_account, is_grave=True),
    "disabling": PersonAct(LeavingBody, _leave, _is_open, is_grave=True),
    "enabling": PersonAct(ChangeReasonBody, _by(changes.open_account), _is_closed),
    "anonymizing": PersonAct(AnonymizingBody, _by(anonymize_person), _is_closed, is_grave=True),
    "post-removal": PersonAct(PostBody, _by(posts.remove_post), lambda _person: False),  # stands beside its post
}
SHOWN_ONCE = ("invitation", "password")  # whose answer is a page of its own


def forms_of_person(context: RequestContext, person: Any, refusal: Refused | None) -> list[OfficeForm]:
    """The forms of what the caller may do with the person now."""
    at = f"/settings/people/{person.id}"
    choices = _choices(context, person)
    forms = [
        form_of(
            f"person-{name}",
            act.body,
            f"{at}/{name}",
            known={field: getattr(person, field) for field in act.compares},
            choices={field: found for field, found in choices.items() if field in act.body().load_fields},
            refusal=refusal,
            is_grave=act.is_grave,
            compares=act.compares,
        )
        for name, act in ACTS.items()
        if act.stands(person) and may_act_as(context.actor, act.role) and (name != "joining" or choices["named_id"])
    ]
    if _has_account(person) and may_act_as(context.actor, Role.SECURITY_ADMIN):
        once = [form_of(f"person-{name}", ChangeReasonBody, f"{at}/{name}", refusal=refusal) for name in SHOWN_ONCE]
        forms[1:1] = once
    return forms


def organization_choices(context: RequestContext) -> Choices:
    """All organizations that are open, by kind and name."""
    found = every(lambda **paging: directory.organizations(context.session, actor=context.actor, **paging))
    open_ = [one for one in found if one.closed_at is None]
    reads = language()
    return [(one.id, f"{one.name}（{word(one.kind, reads)}）") for one in open_]


def role_choices() -> Choices:
    """The roles that somebody can be given."""
    return words_of([role for role in Role if role is not KEPT_BY_CLOCK])


def _choices(context: RequestContext, person: Any) -> dict[str, Choices]:
    found: dict[str, Choices] = {"role": role_choices(), "organization_id": organization_choices(context)}
    if may_act_as(context.actor, Role.ADMIN):
        found["to_person_id"] = _colleagues(context, person)
    else:
        found["to_person_id"] = []
    named = to_be_joined(context.session, person) if person.username else []
    found["named_id"] = [(one.id, one.name) for one in named]
    return found


def _colleagues(context: RequestContext, person: Any) -> Choices:
    """Who may take over: those of the same organization who can sign in."""
    wanted = PersonFilter(organization_id=person.organization_id, disabled=False)
    found = every(lambda **paging: people(context.session, wanted, actor=context.actor, **paging))
    reads = language()
    return [
        (one.id, text("office.name_and_role", name=one.name, role=word(one.role, reads)))
        for one in found
        if one.username and one.id != person.id
    ]

"""Pages of people: the list with its search, one person with what may be done, somebody new, and codes shown once."""

import secrets
from datetime import timedelta
from typing import Any

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.console.forms import errors_by_field
from api.console.office.changes import last_changes
from api.console.office.person_acts import ACTS, forms_of_person, organization_choices, role_choices
from api.console.office.sending import Refused, form_of, older_at, tried
from api.console.pages import Pages, done
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language, resources
from api.http.transaction import prepared_by
from api.schemas.people import ChangeReasonBody, PersonBody, PersonQuery
from service.errors import NotFound
from service.people.accounts import give_password
from service.people.invitations import Invited, chosen_people, invite, new_code
from service.people.list import PersonFilter, people, person
from service.people.new_people import add_account
from service.people.passwords import hash_password
from workflows.administration import may_act_as
from workflows.journal import SubjectKind
from workflows.vocabulary import Role

pages = Pages("people")
AT = "/settings/people"
UNUSED_DAYS = 90
STANDINGS: dict[str, dict[str, object]] = {
    "open": {"disabled": False},
    "closed": {"disabled": True},
    "unused": {"unused_days": UNUSED_DAYS},
}


@pages.get(AT)
@only(Role.ADMIN, Role.SECURITY_ADMIN)
def index(context: RequestContext) -> Response:
    """People by name, as the address filters them."""
    errors: dict[str, str] = {}
    standing = STANDINGS.get(request.args.get("standing", ""), {})
    asked = {name: request.args[name] for name in ("q", "role", "organization_id", "cursor") if request.args.get(name)}
    try:
        query = PersonQuery().load({**asked, **{name: str(value).lower() for name, value in standing.items()}})
    except ma.ValidationError as error:
        errors, query = errors_by_field(error, language()), PersonQuery().load({})
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    if (days := query.pop("unused_days", None)) is not None:
        query["unused_since"] = context.now - timedelta(days=days)
    found = people(context.session, PersonFilter(**query), actor=context.actor, **paging)
    return page(
        "office/people.html",
        status=422 if errors else 200,
        title=text("office.people"),
        people=found.items,
        older=older_at(AT, found.next_cursor),
        errors=list(errors.values()),
        asked=asked,
        chosen=request.args.get("standing", ""),
        standings=[(name, text(f"office.standing_{name}")) for name in STANDINGS],
        is_filtered=bool(standing or asked.keys() - {"cursor"}),
        roles=role_choices(),
        may_change=may_act_as(context.actor, Role.SECURITY_ADMIN),
    )


@pages.get(f"{AT}/new")
@only(Role.SECURITY_ADMIN)
def ask_new(context: RequestContext) -> Response:
    """Ask who comes."""
    return _new_page(context)


@pages.post(AT)
@only(Role.SECURITY_ADMIN)
def add(context: RequestContext) -> Response:
    """Add somebody, who has no password yet: an invitation comes next."""
    added: list[Any] = []

    def do(**body: Any) -> None:
        added.append(add_account(context.session, **body, actor=context.actor, now=context.now))

    if refusal := tried(context, "person-new", PersonBody, do):
        return _new_page(context, refusal)
    return done(f"{AT}/{added[0].id}", "added")


@pages.get(f"{AT}/<id:person_id>")
@only(Role.ADMIN, Role.SECURITY_ADMIN)
def show(context: RequestContext, person_id: str) -> Response:
    """One person: who it is, in which posts, what may be done, what was changed last."""
    return _person_page(context, person_id)


@pages.post(f"{AT}/<id:person_id>/<act>")
@only(Role.ADMIN, Role.SECURITY_ADMIN)
def move(context: RequestContext, person_id: str, act: str) -> Response:
    """Do one of the acts."""
    chosen = ACTS.get(act)
    if chosen is None or not may_act_as(context.actor, chosen.role):
        raise NotFound("not_found")
    person(context.session, person_id, actor=context.actor)
    refusal = tried(
        context,
        f"person-{act}",
        chosen.body,
        lambda **body: chosen.do(context, person_id, **body),
        blank_is_none=chosen.blank_is_none,
        compares=chosen.compares,
    )
    return _person_page(context, person_id, refusal) if refusal else done(f"{AT}/{person_id}", "done")


@pages.post(f"{AT}/<id:person_id>/invitation")
@only(Role.SECURITY_ADMIN)
def invite_one(context: RequestContext, person_id: str) -> Response:
    """A code for the first sign-in, shown this once."""
    person(context.session, person_id, actor=context.actor)
    invited: list[Invited] = []

    def do(reason: str | None) -> None:
        chosen = chosen_people(context.session, [person_id], everybody=False)
        invited.extend(invite(context.session, chosen, actor=context.actor, now=context.now, reason=reason))

    refusal = tried(context, "person-invitation", ChangeReasonBody, do)
    return _person_page(context, person_id, refusal) if refusal else _slips(invited, f"{AT}/{person_id}")


@pages.post(f"{AT}/invitations")
@only(Role.SECURITY_ADMIN)
def invite_all(context: RequestContext) -> Response:
    """Codes for everybody who has chosen no password yet, shown this once."""
    invited: list[Invited] = []

    def do(reason: str | None) -> None:
        chosen = chosen_people(context.session, [], everybody=True)
        invited.extend(invite(context.session, chosen, actor=context.actor, now=context.now, reason=reason))

    refusal = tried(context, "people-invitations", ChangeReasonBody, do)
    return _new_page(context, refusal) if refusal else _slips(invited, AT)


def _new_password(_context: RequestContext) -> tuple[str, str]:
    """A password that is easily told, and its hash: made before the transaction, for hashing takes long."""
    password = f"{new_code()}-{secrets.randbelow(9000) + 1000}"
    return password, hash_password(password)


@pages.post(f"{AT}/<id:person_id>/password")
@only(Role.SECURITY_ADMIN)
@prepared_by(_new_password)
def reset_password(context: RequestContext, person_id: str) -> Response:
    """A new password, shown this once; its owner changes it at the first sign-in."""
    password, hashed = context.prepared
    who = person(context.session, person_id, actor=context.actor)
    rules = resources().settings.accounts.passwords

    def do(reason: str | None) -> None:
        actor, now = context.actor, context.now
        give_password(context.session, who, password, rules=rules, actor=actor, now=now, reason=reason, hashed=hashed)

    if refusal := tried(context, "person-password", ChangeReasonBody, do):
        return _person_page(context, person_id, refusal)
    return page(
        "office/password.html",
        title=text("office.password_title"),
        person=who,
        password=password,
        at=f"{AT}/{person_id}",
    )


def _slips(invited: list[Invited], back: str) -> Response:
    base_url = resources().settings.base_url
    return page(
        "office/invitations.html",
        title=text("office.invitations_title"),
        invited=[(one, one.link(base_url)) for one in invited],
        back=back,
    )


def _new_page(context: RequestContext, refusal: Refused | None = None) -> Response:
    choices = {"role": role_choices(), "organization_id": organization_choices(context)}
    known = {"organization_id": context.actor.organization_id, "language": "zh"}
    forms = [
        form_of("person-new", PersonBody, AT, known=known, choices=choices, refusal=refusal, is_open=refusal is None),
        form_of("people-invitations", ChangeReasonBody, f"{AT}/invitations", refusal=refusal),
    ]
    status = refusal.status if refusal else 200
    return page("office/new_person.html", status=status, title=text("office.new_person"), forms=forms)


def _person_page(context: RequestContext, person_id: str, refusal: Refused | None = None) -> Response:
    who = person(context.session, person_id, actor=context.actor)
    changes_people = may_act_as(context.actor, Role.SECURITY_ADMIN)
    return page(
        "office/person.html",
        status=refusal.status if refusal else 200,
        title=who.name,
        person=who,
        account=text(_standing(who)),
        forms=forms_of_person(context, who, refusal),
        may_change=changes_people,
        changes=last_changes(context, SubjectKind.PERSON, who.id) if changes_people else None,
    )


def _standing(who: Any) -> str:
    if who.disabled_at is not None:
        return "office.standing_closed"
    if who.username is None:
        return "office.named_only"
    return "office.standing_open" if who.password_hash is not None else "office.no_password"

"""人员: who there is and in which posts, for administrators; first sign-ins, and one's own password."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import request

from api.http.access import bearer_token, only, public, signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.hashing import hashed_for_open_code, own_password
from api.http.signing_in import answer_signed_in
from api.http.transaction import prepared_by, repeats_itself
from api.schemas.accounts import TokenSchema
from api.schemas.evidence import UploadBody
from api.schemas.ledger import ImportQuery
from api.schemas.paging import PagingQuery
from api.schemas.people import (
    AcceptanceBody,
    AnonymizingBody,
    ChangeReasonBody,
    ChangeSchema,
    InvitationsBody,
    InvitationsSchema,
    JoinBody,
    MoveBody,
    PasswordBody,
    PeopleImportSchema,
    PersonBody,
    PersonChanges,
    PersonQuery,
    PersonSchema,
    PostBody,
)
from api.schemas.response_fields import page_of
from service.files.import_turns import import_turn
from service.people import changes, posts
from service.people.accounts import change_own_password
from service.people.adoption import join_people, to_be_joined
from service.people.importing import import_people
from service.people.invitations import accept, chosen_people, invite
from service.people.list import PersonFilter, changes_of, people, person
from service.people.new_people import add_account
from service.people.people_table import PersonLine, read_people_table
from service.people.personal_data.anonymizing import anonymize_person
from service.store.paging import Page
from workflows.credentials import NextStep
from workflows.journal import SubjectKind
from workflows.vocabulary import Role

blueprint = Blueprint("people", "人员 · who there is, in which posts, and what has changed of them")


@blueprint.get("/people")
@only(Role.ADMIN, Role.SECURITY_ADMIN)
@blueprint.arguments(PersonQuery, location="query")
@blueprint.response(200, page_of(PersonSchema))
def list_of_people(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """People by name, with their posts; those whom only a notice names have no user name."""
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    if (days := query.pop("unused_days", None)) is not None:
        query["unused_since"] = context.now - timedelta(days=days)
    page = people(context.session, PersonFilter(**query), actor=context.actor, **paging)
    return Page([_viewed(context, one) for one in page.items], page.next_cursor)


@blueprint.post("/people")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PersonBody)
@blueprint.response(201, PersonSchema)
def add_person(context: RequestContext, body: dict[str, Any]) -> Any:
    """Add a person; whom a notice named in the same organization becomes that person, unless it is doubtful who it is.

    Who may be meant as well is named in `to_be_joined`.
    """
    return _viewed(context, add_account(context.session, **body, actor=context.actor, now=context.now))


@blueprint.get("/people/<id:person_id>")
@only(Role.ADMIN, Role.SECURITY_ADMIN)
@blueprint.response(200, PersonSchema)
def show_person(context: RequestContext, person_id: str) -> Any:
    """One person."""
    return _viewed(context, person(context.session, person_id, actor=context.actor))


@blueprint.patch("/people/<id:person_id>")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PersonChanges)
@blueprint.response(200, PersonSchema)
def change_person(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Change name, mail address, telephone number or language; null takes one of the two addresses away."""
    reason = body.pop("reason", None)
    changed = changes.change_person(
        context.session, person_id, body, actor=context.actor, now=context.now, reason=reason
    )
    return _viewed(context, changed)


@blueprint.get("/people/<id:person_id>/changes")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PagingQuery, location="query")
@blueprint.response(200, page_of(ChangeSchema))
def list_of_person_changes(context: RequestContext, query: dict[str, Any], person_id: str) -> Page[Any]:
    """What has changed of a person, the newest first: who changed it, when, from what to what, and why."""
    return changes_page(context, SubjectKind.PERSON, person_id, query)


@blueprint.post("/people/<id:person_id>/move")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(MoveBody)
@blueprint.response(200, PersonSchema)
def move_person(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Give the person another main post: another organization, role or both.

    Tokens and calendar addresses end at once; so do the teams and districts that the old post had in open rounds.
    """
    moved = changes.move_person(context.session, person_id, **body, actor=context.actor, now=context.now)
    return _viewed(context, moved)


@blueprint.post("/people/<id:person_id>/disabling")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(ChangeReasonBody)
@blueprint.response(200, PersonSchema)
def close_account(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Close the account: no sign-in and no alerts from now on. The last administrator's is refused."""
    closed = changes.close_account(context.session, person_id, **body, actor=context.actor, now=context.now)
    return _viewed(context, closed)


@blueprint.post("/people/<id:person_id>/enabling")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(ChangeReasonBody)
@blueprint.response(200, PersonSchema)
def open_account(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Open a closed account again."""
    opened = changes.open_account(context.session, person_id, **body, actor=context.actor, now=context.now)
    return _viewed(context, opened)


@blueprint.post("/people/<id:person_id>/anonymizing")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(AnonymizingBody)
@blueprint.response(200, PersonSchema)
def anonymize(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Take name, user name, addresses and all that opens a door away from somebody who left, for good.

    The account must be closed. What the person did stays on record under a neutral word with a number. Refused while an
    open round names the person in a team or as a responsible leader, unless `force`.
    """
    gone = anonymize_person(context.session, person_id, **body, actor=context.actor, now=context.now)
    return _viewed(context, gone)


@blueprint.post("/people/<id:person_id>/posts")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PostBody)
@blueprint.response(201, PersonSchema)
def add_post(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Give the person a further post (兼任); a unit's post stands alone."""
    return _viewed(context, posts.add_post(context.session, person_id, **body, actor=context.actor, now=context.now))


@blueprint.post("/people/<id:person_id>/posts/removal")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(PostBody)
@blueprint.response(200, PersonSchema)
def remove_post(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Take a further post away; tokens end, and so do its teams and districts in open rounds."""
    left = posts.remove_post(context.session, person_id, **body, actor=context.actor, now=context.now)
    return _viewed(context, left)


@blueprint.post("/people/<id:person_id>/joining")
@only(Role.SECURITY_ADMIN)
@blueprint.arguments(JoinBody)
@blueprint.response(200, PersonSchema)
def join(context: RequestContext, body: dict[str, Any], person_id: str) -> Any:
    """Say that somebody whom only a notice names is this person: teams, districts and alerts follow."""
    joined = join_people(
        context.session, body["named_id"], person_id, actor=context.actor, now=context.now, reason=body["reason"]
    )
    return _viewed(context, joined)


def _read_table(context: RequestContext) -> Sequence[PersonLine] | None:
    """The lines of the table that came; None when none came."""
    file = request.files.get("file")
    if file is None:  # the route says what is wrong
        return None
    turn = import_turn(resources().settings.data_dir, context.actor.organization_id, now=context.now)
    context.until_answered.enter_context(turn)
    context.session.rollback()  # the caller is known, and a server ends transactions that idle for so long
    lines = read_people_table(file.stream.read())
    file.stream.seek(0)
    return lines


@blueprint.post("/people/import")
@only(Role.SECURITY_ADMIN)
@prepared_by(_read_table)
@blueprint.arguments(ImportQuery, location="query")
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(200, PeopleImportSchema)
def import_table(context: RequestContext, query: dict[str, Any], body: dict[str, Any]) -> Any:  # noqa: ARG001 - read before
    """Add and change the people of a table (.csv in UTF-8 or GBK, or .xlsx; part `file`): all of them, or none.

    Columns in any order: username, name, role, organization, email, telephone, language, in English or Chinese. Errors
    are named by line and column.
    """
    dry_run, lines = query.get("dry_run", False), context.prepared
    return import_people(context.session, lines, actor=context.actor, now=context.now, dry_run=dry_run)


@blueprint.post("/people/invitations")
@only(Role.SECURITY_ADMIN)
@repeats_itself
@blueprint.arguments(InvitationsBody)
@blueprint.response(201, InvitationsSchema)
def invite_people(context: RequestContext, body: dict[str, Any]) -> Any:
    """One-time codes for the first sign-in, valid for 14 days and shown this once; a new code ends the one before."""
    chosen = chosen_people(context.session, body["person_ids"], everybody=body["all_without_password"])
    invited = invite(context.session, chosen, actor=context.actor, now=context.now, reason=body["reason"])
    base_url = resources().settings.base_url
    fields = ("person_id", "username", "name", "organization", "code", "expires_at")
    return {"items": [{**{name: getattr(one, name) for name in fields}, "link": one.link(base_url)} for one in invited]}


@blueprint.post("/invitations/accept")
@public
@prepared_by(hashed_for_open_code)
@blueprint.arguments(AcceptanceBody)
@blueprint.response(201, TokenSchema)
def accept_invitation(context: RequestContext, body: dict[str, Any]) -> Any:
    """Choose a password with the code of an invitation, once; answers with a token, as a sign-in does."""
    return accepted_invitation(context, body["token"], body["password"])


def accepted_invitation(context: RequestContext, code: str, password: str) -> dict[str, Any]:
    """The token of whoever was invited, whose password `hashed_for_open_code` has hashed."""
    rules = resources().settings.accounts.passwords
    who = accept(context.session, code, password, rules=rules, now=context.now, hashed=context.prepared)
    return answer_signed_in(context, who)


@blueprint.put("/me/password")
@signed_in_before(NextStep.CHANGE_PASSWORD)
@prepared_by(own_password)
@blueprint.arguments(PasswordBody)
@blueprint.response(204, None)
def change_password(context: RequestContext, body: dict[str, Any]) -> None:
    """Change one's own password; all other tokens of the caller end, the one of this request goes on."""
    keep_new_password(context, body)


def keep_new_password(context: RequestContext, body: dict[str, Any]) -> None:
    """Keep the password that `own_password` has proven and hashed."""
    proven, hashed = context.prepared
    change_own_password(
        context.session,
        proven=proven,
        new_password=body["new_password"],
        rules=resources().settings.accounts.passwords,
        hashed=hashed,
        token=bearer_token(),
        actor=context.actor,
        now=context.now,
    )


def changes_page(context: RequestContext, kind: SubjectKind, subject_id: str, query: dict[str, Any]) -> Page[Any]:
    """A page of what has changed of a person or an organization."""
    page = changes_of(context.session, kind, subject_id, actor=context.actor, **query)
    return Page([_shown(one) for one in page.items], page.next_cursor)


def _shown(one: Any) -> dict[str, Any]:
    entry = one.entry
    changed = [{"field": of.field, "before": _as_text(of.before), "after": _as_text(of.after)} for of in one.changes]
    columns = {name: getattr(entry, name) for name in ("at", "actor", "actor_role", "act", "reason")}
    return {**columns, "changes": changed}


def _viewed(context: RequestContext, who: Any) -> Mapping[str, Any]:
    main = {"role": who.role, "organization": who.organization}
    return {
        "person": who,
        "posts": [main, *who.posts],
        "has_password": who.password_hash is not None,
        "to_be_joined": to_be_joined(context.session, who) if who.username else [],
    }


def _as_text(value: Any) -> str | None:
    """A value of a change as text: a post as its role and organization."""
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())
    return None if value is None else str(value)

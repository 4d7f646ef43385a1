"""Pages of organizations: districts with their universities, one with what may be done, and what was changed last."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from werkzeug.wrappers import Response

from api.console.forms import Choices
from api.console.office.changes import last_changes
from api.console.office.sending import OfficeForm, Refused, every, form_of, tried
from api.console.pages import Pages, done
from api.console.rendering import page, text, words_of
from api.http.access import only
from api.http.context import RequestContext
from api.schemas.directory import MergerBody, OrganizationBody, OrganizationChanges
from api.schemas.people import ChangeReasonBody
from service.errors import NotFound
from service.people import directory, mergers
from service.people.organizations import add_on_record, rename_or_move
from workflows.journal import SubjectKind
from workflows.vocabulary import OrganizationKind, Role

pages = Pages("organizations")
AT = "/settings/organizations"
SHOWN = ("name", "parent_id")  # fields of the form of changes that show what is in force
ADDED = [kind for kind in OrganizationKind if kind is not OrganizationKind.CENTRE]


@dataclass(frozen=True, slots=True)
class OrganizationAct:
    """One form of an organization's page."""

    body: type[ma.Schema]
    do: Callable[..., Any]
    stands: Callable[[Any], bool]
    is_grave: bool = False


@dataclass(slots=True)
class Branch:
    """An organization with those that stand under it."""

    organization: Any
    below: list[Any] = field(default_factory=list)


def _is_open(organization: Any) -> bool:
    return organization.closed_at is None


def _may_close(organization: Any) -> bool:
    return organization.closed_at is None and organization.kind is not OrganizationKind.CENTRE


def _may_open(organization: Any) -> bool:
    return organization.closed_at is not None and organization.merged_into_id is None


ACTS: Mapping[str, OrganizationAct] = {
    "changes": OrganizationAct(OrganizationChanges, rename_or_move, _is_open),
    "closing": OrganizationAct(ChangeReasonBody, mergers.close_organization, _may_close, is_grave=True),
    "merger": OrganizationAct(MergerBody, mergers.merge_organizations, _may_close, is_grave=True),
    "opening": OrganizationAct(ChangeReasonBody, mergers.open_organization, _may_open),
}


@pages.get(AT)
@only(Role.ADMIN)
def index(context: RequestContext) -> Response:
    """Those above, then district after district with its universities."""
    return _index_page(context)


@pages.post(AT)
@only(Role.ADMIN)
def add(context: RequestContext) -> Response:
    """Add one."""
    added: list[Any] = []

    def do(**body: Any) -> None:
        added.append(add_on_record(context.session, **body, actor=context.actor, now=context.now))

    refusal = tried(context, "organization-new", OrganizationBody, do)
    return _index_page(context, refusal) if refusal else done(f"{AT}/{added[0].id}", "added")


@pages.get(f"{AT}/<id:organization_id>")
@only(Role.ADMIN)
def show(context: RequestContext, organization_id: str) -> Response:
    """One organization."""
    return _organization_page(context, organization_id)


@pages.post(f"{AT}/<id:organization_id>/<act>")
@only(Role.ADMIN)
def move(context: RequestContext, organization_id: str, act: str) -> Response:
    """Do one of the acts."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise NotFound("not_found")
    directory.seen_organization(context.session, organization_id, actor=context.actor)

    def do(**body: Any) -> Any:
        return chosen.do(context.session, organization_id, **body, actor=context.actor, now=context.now)

    refusal = tried(context, f"organization-{act}", chosen.body, do, compares=SHOWN if act == "changes" else ())
    if refusal:
        return _organization_page(context, organization_id, refusal)
    return done(f"{AT}/{organization_id}", "done")


def _all(context: RequestContext) -> list[Any]:
    return list(every(lambda **paging: directory.organizations(context.session, actor=context.actor, **paging)))


def _index_page(context: RequestContext, refusal: Refused | None = None) -> Response:
    found = _all(context)
    branches = {one.id: Branch(one) for one in found if one.kind is not OrganizationKind.UNIVERSITY}
    for one in found:
        if one.id not in branches and one.parent_id in branches:
            branches[one.parent_id].below.append(one)
    groups = defaultdict[bool, list[Branch]](list)
    for branch in branches.values():
        groups[branch.organization.kind is OrganizationKind.DISTRICT].append(branch)
    choices = {"kind": words_of(ADDED), "parent_id": _parents(found)}
    form = form_of("organization-new", OrganizationBody, AT, choices=choices, refusal=refusal)
    return page(
        "office/organizations.html",
        status=refusal.status if refusal else 200,
        title=text("office.organizations"),
        above=groups[False],
        districts=groups[True],
        count=len(found),
        forms=[form],
    )


def _organization_page(context: RequestContext, organization_id: str, refusal: Refused | None = None) -> Response:
    organization = directory.seen_organization(context.session, organization_id, actor=context.actor)
    found = _all(context)
    names = {one.id: one.name for one in found}
    return page(
        "office/organization.html",
        status=refusal.status if refusal else 200,
        title=organization.name,
        organization=organization,
        above=names.get(organization.parent_id or ""),
        merged_into=names.get(organization.merged_into_id or ""),
        below=[one for one in found if one.parent_id == organization.id],
        forms=_forms(organization, found, refusal),
        changes=last_changes(context, SubjectKind.ORGANIZATION, organization.id),
    )


def _forms(organization: Any, found: list[Any], refusal: Refused | None) -> list[OfficeForm]:
    at = f"{AT}/{organization.id}"
    same = [(one.id, one.name) for one in found if one.kind is organization.kind and one is not organization]
    is_university = organization.kind is OrganizationKind.UNIVERSITY
    choices: dict[str, Choices] = {"into_id": same, "parent_id": _parents(found, OrganizationKind.DISTRICT)}
    known = {"name": organization.name, "parent_id": organization.parent_id if is_university else None}
    return [
        form_of(
            f"organization-{name}",
            act.body,
            f"{at}/{name}",
            known=known if name == "changes" else None,
            hidden={} if is_university or name != "changes" else {"parent_id": ""},
            choices={field: offered for field, offered in choices.items() if field in act.body().load_fields},
            refusal=refusal,
            is_grave=act.is_grave,
            compares=SHOWN if name == "changes" else (),
        )
        for name, act in ACTS.items()
        if act.stands(organization)
    ]


def _parents(found: list[Any], *kinds: OrganizationKind) -> Choices:
    """Those that something can stand under."""
    wanted = kinds or (OrganizationKind.CENTRE, OrganizationKind.DISTRICT)
    return [(one.id, one.name) for one in found if one.kind in wanted and one.closed_at is None]

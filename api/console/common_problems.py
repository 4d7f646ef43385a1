"""共性问题 as a page: what fails at several universities, and the lists that it is counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from api.console.chosen_rounds import chosen_round, place_asked, rounds_to_choose
from api.console.pages import Pages
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language
from service.people.directory import organizations
from service.scope import COMPARING_ROLES
from service.statistics.common_problems import SEVERAL, common_problems
from service.store.paging import LARGEST_LIMIT
from workflows.report_figures import CommonProblemCounts
from workflows.vocabulary import CENTRE_ROLES, OrganizationKind, Role

pages = Pages("common_problems")


@dataclass(frozen=True, slots=True)
class Place:
    """A university at which an item fails, and the list of its findings on it."""

    name: str
    findings: int
    open: int
    at: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One item that fails at several universities."""

    number: str
    category: str
    requirement: str
    findings: int
    open: int
    put_right: int
    places: Sequence[Place]
    at: str  # the list of all of them


@pages.get("/common-problems")
@only(*COMPARING_ROLES)
def index(context: RequestContext) -> Response:
    """The items that fail at several universities in sight, the most widespread first."""
    place = place_asked("round_id", "district_id")
    round_ = chosen_round(context, place.get("round_id"))
    wanted = {"round_id": round_.id, "district_id": place.get("district_id")}
    found = common_problems(context.session, actor=context.actor, now=context.now, **wanted)
    kind = OrganizationKind.DISTRICT
    districts = organizations(context.session, actor=context.actor, kind=(kind,), limit=LARGEST_LIMIT).items
    return page(
        "common_problems/index.html",
        title=text("page.common-problems"),
        rows=[_row(one, wanted) for one in found],
        several=SEVERAL,
        chosen=round_,
        district_id=wanted["district_id"] or "",
        rounds=rounds_to_choose(context),
        districts=[(one.id, one.name) for one in districts],
        may_campaign=context.actor.holds(*CENTRE_ROLES, Role.DISTRICT),
    )


def _row(one: CommonProblemCounts, chosen: Mapping[str, str | None]) -> ProblemRow:
    item = one.checklist_item
    within = {name: value for name, value in chosen.items() if value} | {"checklist_item_id": item.id}
    universities = [place.id for place in one.universities]  # district offices have findings on it, and do not count
    asked = one.requirement.en if language() == "en" else None
    return ProblemRow(
        number=item.number,
        category=item.category,
        requirement=asked or one.requirement.zh,
        findings=one.findings,
        open=one.open,
        put_right=one.put_right,
        places=[
            Place(
                place.name,
                place.findings,
                place.open,
                f"/findings?{urlencode({**within, 'organization_id': place.id})}",
            )
            for place in one.universities
        ],
        at=f"/findings?{urlencode({**within, 'organization_id': universities}, doseq=True)}",
    )

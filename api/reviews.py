"""复查: pass, partial or fail."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.http.responses import single_page
from api.schemas.response_fields import page_of
from api.schemas.reviews import ReviewBody, ReviewSchema
from service.findings import reviews
from service.findings.read import reviews_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("reviews", "复查 · what was seen of it")


@blueprint.get("/findings/<id:finding_id>/reviews")
@signed_in
@blueprint.response(200, page_of(ReviewSchema))
def list_of_reviews(context: RequestContext, finding_id: str) -> Page[Any]:
    """The reviews of a finding, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(reviews_of(context.session, finding, actor=context.actor))


@move(blueprint, "reviews", ReviewBody, created=ReviewSchema)
def review(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """The reviewer's word on the pending submission; naming one that is no longer the newest is refused."""
    new = reviews.NewReview(**body)
    return reviews.review(context.session, finding_id, new, actor=context.actor, now=context.now)

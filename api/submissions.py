"""整改反馈: the unit says that a finding is put right."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.http.responses import single_page
from api.schemas.response_fields import page_of
from api.schemas.submissions import SubmissionBody, SubmissionSchema
from service.findings import submissions
from service.findings.read import seen_finding, submissions_of
from service.store.paging import Page

blueprint = Blueprint("submissions", "整改反馈 · what the unit has done")


@blueprint.get("/findings/<id:finding_id>/submissions")
@signed_in
@blueprint.response(200, page_of(SubmissionSchema))
def list_of_submissions(context: RequestContext, finding_id: str) -> Page[Any]:
    """The submissions on a finding, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(submissions_of(context.session, finding, actor=context.actor))


@move(blueprint, "submissions", SubmissionBody, created=SubmissionSchema)
def submit(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """Say what was done, with the evidence that the policy asks for."""
    return submissions.submit(context.session, finding_id, actor=context.actor, now=context.now, **body)

"""整改反馈: the unit says that a finding is put right."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.door import Work, work
from api.http.moves import move
from api.http.responses import single_page
from api.schemas.shown import page_of
from api.schemas.submissions import SubmissionBody, SubmissionSchema
from service.findings import submissions
from service.findings.read import seen_finding, submissions_of
from service.store.paging import Page

blueprint = Blueprint("submissions", "整改反馈 · what the unit has done")


@blueprint.get("/findings/<id:finding_id>/submissions")
@signed_in
@blueprint.response(200, page_of(SubmissionSchema))
def list_of_submissions(finding_id: str) -> Page[Any]:
    """The submissions on a finding, oldest first."""
    finding = seen_finding(work().session, finding_id, actor=work().actor)
    return single_page(submissions_of(work().session, finding, actor=work().actor))


@move(blueprint, "submissions", SubmissionBody, created=SubmissionSchema)
def submit(at_work: Work, finding_id: str, **body: Any) -> Any:
    """Say what was done, with the evidence that the policy asks for."""
    return submissions.submit(at_work.session, finding_id, actor=at_work.actor, now=at_work.now, **body)

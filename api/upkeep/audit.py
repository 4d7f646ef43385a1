"""核验结果: whether the record was found whole when it was looked at last."""

from typing import Any

from api.http.access import only
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.security_notes import note
from api.schemas.upkeep import AuditResultsSchema
from service.audit.results import audit_results
from workflows.security import SecurityKind
from workflows.vocabulary import Role

blueprint = Blueprint("audit-results", "核验结果 · whether the record is whole")


@blueprint.get("/audit-results")
@only(Role.AUDITOR, Role.ADMIN)
@blueprint.response(200, AuditResultsSchema)
def show(context: RequestContext) -> Any:
    """What the watchdog and the last `duban audit verify` found, and how far checkpoints go; it is on record."""
    note(context, SecurityKind.AUDIT, data={"read": "results"})
    return audit_results(context.session)

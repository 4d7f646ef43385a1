"""个人信息: what is held about the caller, handed to the caller."""

from typing import Any

from api.http.access import signed_in_before
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.security_notes import note
from api.schemas.accounts import OwnDataSchema
from service.people.personal_data.export import personal_data
from workflows.security import SecurityKind

blueprint = Blueprint("own-data", "本人信息 · what is held about oneself, and why")


@blueprint.get("/me/data")
@signed_in_before()
@blueprint.response(200, OwnDataSchema)
def own_data(context: RequestContext) -> Any:
    """All that is held about the caller, by kind, with what, why, how long and who sees it; on record.

    No secrets, no other person, no free text. Of one table the newest 10,000 rows, and how many there are.
    """
    me = context.caller
    note(context, SecurityKind.DATA_EXPORT, subject_id=me.id)
    return {"exported_at": context.now, "kinds": personal_data(context.session, me.id, language=me.language)}

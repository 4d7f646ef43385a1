"""Live updates: a page that is looked at asks now and then what is new, and is answered in one or two statements."""

from flask import make_response, request
from werkzeug.wrappers import Response

from api.console.pages import Pages
from api.console.queries import id_in
from api.console.rendering import fragment
from api.http.access import signed_in_before
from api.http.context import RequestContext
from service.alerts.inbox import news

pages = Pages("pulse")
CURSOR = "Duban-Position"  # the header with which to ask next


@pages.get("/pulse")
@signed_in_before()
def pulse(context: RequestContext) -> Response:
    """204, or what to put into the bar of the page that asks: the ids of what has changed, and how many alerts wait."""
    after, finding_id = request.args.get("after", ""), id_in(request.args.get("finding", ""))
    found = news(context.session, actor=context.actor, after=after, finding_id=finding_id)
    if found.changed or str(found.unread) != request.args.get("unread"):
        answer = fragment("layouts/_news.html", news=found, of_finding=finding_id is not None)
    else:
        answer = make_response("", 204)
    answer.headers[CURSOR] = found.position
    return answer

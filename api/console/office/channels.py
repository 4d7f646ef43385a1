"""Pages of what leaves the house and what workers do: a trial mail, mails that were not sent, queues, failed jobs."""

from flask import request
from werkzeug.wrappers import Response

from api.console.office.sending import Refused, form_of, older_at, tried
from api.console.pages import Pages, done, told_on_the_page
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language, resources
from api.http.problems import Refusal
from api.http.transaction import prepared_by
from api.schemas.upkeep import DroppingBody, TrialBody
from api.upkeep import deliveries, queues
from service.alerts.hold.unsent import drop, send_again
from service.alerts.trial import TrialOutcome
from service.errors import DubanError, NotFound
from workflows.vocabulary import Role

pages = Pages("channels")
AT = "/settings/channels"


@pages.get(AT)
@only(Role.ADMIN)
def index(context: RequestContext) -> Response:
    """How mail goes out, what was not sent, and how it stands with the queues."""
    return _page(context)


def _trial(context: RequestContext) -> TrialOutcome | None:
    """What became of a trial mail, which is sent while no transaction for writing is open."""
    return deliveries.trial_sent(context, request.form.get("address", "").strip())


@pages.post(f"{AT}/trial")
@only(Role.ADMIN)
@prepared_by(told_on_the_page(_trial))
def try_mail(context: RequestContext) -> Response:
    """Send a trial mail, and say what came of it."""
    if isinstance(context.prepared, Refusal):
        raise context.prepared.error
    deliveries.note_trial(context, context.prepared)
    return _page(context, outcome=context.prepared)


@pages.post(f"{AT}/deliveries/<id:delivery_id>/retry")
@only(Role.ADMIN)
def retry(context: RequestContext, delivery_id: str) -> Response:
    """Send one again, at once."""
    send_again(context.session, [delivery_id], actor=context.actor, now=context.now)
    return done(AT, "sent_again")


@pages.post(f"{AT}/deliveries/<id:delivery_id>/dropping")
@only(Role.ADMIN)
def drop_one(context: RequestContext, delivery_id: str) -> Response:
    """Never send one, for a reason."""

    def do(reason: str) -> None:
        drop(context.session, [delivery_id], actor=context.actor, now=context.now, reason=reason)

    refusal = tried(context, "delivery-dropping", DroppingBody, do)
    return _page(context, refusal) if refusal else done(AT, "done")


@pages.post(f"{AT}/jobs/<id:job_id>/<act>")
@only(Role.ADMIN)
def end_job(context: RequestContext, job_id: str, act: str) -> Response:
    """Do the work of a failed job again, or forget the job."""
    if act not in ("retry", "dropping"):
        raise NotFound("not_found")
    queues.end_job(context, job_id, again=act == "retry")
    return done(AT, "done")


def _page(context: RequestContext, refusal: Refused | None = None, outcome: TrialOutcome | None = None) -> Response:
    unsent = deliveries.page_of_unsent(context, cursor=request.args.get("cursor"))
    settings = resources().settings
    try:
        jobs, redis_away = queues.failed(), False
    except DubanError:
        jobs, redis_away = [], True
    own = context.caller.person.email if context.caller.person else None
    return page(
        "office/channels.html",
        status=refusal.status if refusal else 200,
        title=text("office.channels"),
        by_server=settings.smtp_url is not None,
        outcome=outcome,
        sentence=outcome.sentence(language()) if outcome else None,
        trial=form_of("trial", TrialBody, f"{AT}/trial", known={"address": request.form.get("address") or own}),
        deliveries=[(one, text(f"office.delivery_{one['state']}")) for one in unsent.items],
        older=older_at(AT, unsent.next_cursor),
        refusal=refusal,
        queues=queues.states(context),
        jobs=jobs,
        redis_away=redis_away,
        at=AT,
    )

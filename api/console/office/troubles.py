"""What keeps Duban from its duties just now, as `duban doctor` says it: for administrators, on their first page."""

from dataclasses import dataclass

from api.http.context import RequestContext, language
from service.doctor.check import Status
from service.doctor.mail import check_given_up, check_hold
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that an administrator should look at."""

    is_fault: bool
    sentence: str


def troubles_of(context: RequestContext) -> list[Trouble] | None:
    """What the quick checks of the doctor have found, faults first; None for whoever is no administrator."""
    if not context.actor.holds(Role.ADMIN):
        return None
    from service.doctor.doctor import watched_checks  # noqa: PLC0415 - it loads what signs notes, for these few alone

    session, now = context.session, context.now
    checks = [look(session, now) for look in watched_checks().values()]
    checks += [check_hold(session, now=now), check_given_up(session, now=now)]
    found = [one for one in checks if one.status is not Status.OK]
    return [
        Trouble(one.status is Status.FAULT, one.sentence(language()))
        for one in sorted(found, key=lambda one: one.status is not Status.FAULT)
    ]

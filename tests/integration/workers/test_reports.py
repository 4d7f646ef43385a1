"""Weekly reports at the workers': laid out without anybody's doing, and spoken of when they are late."""

from datetime import timedelta

from sqlalchemy import func, select, update

from service.models import AT_ONCE, Alert, Round, WeeklyReport
from service.store import clock
from tests.build.deadlines_ahead import make_open_town
from workers.jobs import next_swept_at, sweep_due
from workers.resources import Resources


def test_a_sweep_lays_reports_out_and_the_next_speaks_of_those_that_are_late(resources: Resources) -> None:
    make_open_town(resources.sessions)
    with resources.sessions.begin() as session:
        now = clock.now(session)
        period = {"starts_on": now.date(), "ends_on": now.date() + timedelta(days=20)}
        session.execute(update(Round).values(**period, replan_at=AT_ONCE))
    assert sweep_due(resources) == 0, "nobody is told of what is laid out"
    with resources.sessions.begin() as session:
        units = select(WeeklyReport.organization_id).distinct()
        assert len(session.scalars(units).all()) == 5
        assert AT_ONCE not in next_swept_at(session)
        missed = now - timedelta(seconds=1)
        session.execute(
            update(WeeklyReport).values(deadline=missed, missing_at=now + timedelta(days=1), next_action_at=missed)
        )
    assert sweep_due(resources) > 0
    with resources.sessions() as session:
        assert session.scalar(select(func.count(Alert.id)).where(Alert.kind == "report.late"))

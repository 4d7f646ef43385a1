"""Bugs in what is written down and sent."""

from tests.planted.bug import Bug, bug
from tests.planted.patch import Patch

_RECORD = "service/records/events.py"
_WRITTEN = 'with_new=written) != len(findings):\n        raise Conflict("stale_version")'
_DELIVERY = "service/alerts/delivery.py"

WRITING = (
    bug(
        "no alert is written with its event",
        _RECORD,
        _WRITTEN,
        _WRITTEN.replace("=written", "=written[:1]"),
        "integration/records/test_events.py::test_a_move_writes_state_event_and_alerts_together",
    ),
    bug(
        "alerts of the clock have no unique key",
        "service/records/recipients.py",
        '"key": f"{cause}:{recipient.id}",',
        '"key": f"{cause}:{new_id()}",',
        "integration/findings/test_sweep.py::test_an_alert_of_the_clock_is_written_once_even_when_the_step_is_swept_again",
    ),
    Bug(
        "no version in the WHERE of an update",
        (
            Patch("service/store/bulk.py", " AND {table.name}.version = new.version - 1", ""),
            Patch("service/store/bulk.py", ', table.c.version == bindparam("seen_version")', ""),
        ),
        ("integration/records/test_events.py::test_a_stale_version_is_a_conflict_and_nothing_is_written",),
    ),
    bug(
        "the event is outside the transaction of its alerts",
        _RECORD,
        _WRITTEN,
        # by the driver: SQLAlchemy would refuse a commit within a transaction that another began
        _WRITTEN.replace("=written", "=written[:1]")
        + "\n    session.connection().connection.dbapi_connection.commit()\n    insert_all(session, written[1:])",
        "integration/records/test_events.py::test_when_an_alert_cannot_be_written_neither_is_the_move",
    ),
    bug(
        "a lease is completed without its token",
        "service/store/leases.py",
        ".where(queue.id.in_(ids), queue.lease_token.in_(tokens))",
        ".where(queue.id.in_(ids))",
        "integration/alerts/test_leases.py::test_a_lease_keeps_others_away_until_it_runs_out",
    ),
    bug(
        "the sweep asks for equality",
        "service/findings/sweep.py",
        "return select(*WHOLE).where(Finding.next_action_at <= now)",
        "return select(*WHOLE).where(Finding.next_action_at == now)",
        "integration/findings/test_sweep.py::test_after_an_outage_missed_steps_run_in_order_and_missed_reminders_are_dropped",
    ),
    bug(
        "partial reviews have no cap",
        "workflows/findings/guards.py",
        "return facts.partials >= rules.policy.reviews.partials",
        "return facts.partials < 0",
        "unit/findings/test_collusion.py",
        "unit/findings/test_ladder.py",
    ),
    bug(
        "a lock that is not granted in time sets good rows aside",
        "service/store/sweeping.py",
        "        if isinstance(error, DBAPIError) and lost_or_locked(error):\n            raise\n        if len(works)",
        "        if len(works)",
        "integration/store/test_sweeping.py::test_rows_whose_lock_is_not_granted_in_time_are_left_for_the_next_tick",
    ),
    bug(
        "closed findings still want acknowledgement",
        _RECORD,
        "if recipient.role not in policy.wanted_from or one.facts.closed:",
        "if recipient.role not in policy.wanted_from:",
        "integration/records/test_events.py::test_nobody_has_to_acknowledge_how_it_ended",
    ),
    bug(
        "a checkpoint without the hash of the one before",
        "service/audit/checkpoints.py",
        "{last.hash if last else ''}\\n",
        "\\n",
        "integration/audit/test_checkpoints.py::test_what_is_under_a_checkpoint_can_be_reckoned_by_hand",
    ),
)
MAIL = (
    bug(
        "some get one message after another while others wait for their first",
        "service/alerts/grouping.py",
        ".order_by(first.desc(), waiting.c.since, Person.id)",
        ".order_by(Person.id)",
        "integration/alerts/test_grouping.py::test_nobody_gets_a_second_message_before_others_have_got_their_first",
    ),
    bug(
        "mails that are left over are not put back",
        _DELIVERY,
        "    if left:\n        with run.sessions.begin() as session:\n            leases.put_back(",
        "    if not left:\n        with run.sessions.begin() as session:\n            leases.put_back(",
        "integration/alerts/test_delivery.py::test_a_drain_ends_in_time_within_a_batch_and_puts_back_what_is_left",
    ),
    bug(
        "the time of a drain is not looked at within a batch",
        _DELIVERY,
        "while batch.left and monotonic() < run.until:",
        "while batch.left:",
        "integration/alerts/test_delivery.py::test_a_drain_ends_in_time_within_a_batch_and_puts_back_what_is_left",
    ),
    bug(
        "mails tell what their reader may not see any more",
        "service/alerts/details.py",
        "of_finding=Finding.id.is_not(None)",
        "of_finding=Alert.id.is_not(None)",
        "integration/alerts/test_details.py::test_whoever_may_not_open_it_any_more_gets_nothing",
    ),
)

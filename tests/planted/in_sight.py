"""Bugs in who sees what, and until when."""

from tests.planted.bug import bug

_KEPT = "functional/test_access_that_ends.py::test_what_is_kept_opens_only_what_the_post_of_today_does"

SIGHT = (
    bug(
        "a district office reads what is meant for its own overseer",
        "service/scope.py",
        "and_(~own, Event.audience == Audience.OVERSEER)",
        "and_(or_(own, ~own), Event.audience == Audience.OVERSEER)",
        "integration/test_scope.py::test_a_district_office_does_not_see_what_the_centre_found_at_it_before_it_is_notified",
    ),
    bug(
        "an idempotency key is answered whoever sends it",
        "service/store/idempotency.py",
        "            IdempotencyKey.person_id == person_id, IdempotencyKey.key == key\n        )\n    ).one()",
        "            IdempotencyKey.key == key\n        ).order_by(IdempotencyKey.person_id)\n    ).first()",
        "integration/store/test_idempotency.py::test_keys_of_two_people_do_not_meet",
    ),
    bug(
        "an answer is stored for everybody who has used the key",
        "service/store/idempotency.py",
        "update(IdempotencyKey).where(IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)",
        "update(IdempotencyKey).where(IdempotencyKey.key == key)",
        "integration/store/test_idempotency.py::test_keys_of_two_people_do_not_meet",
    ),
    bug(
        "a stored answer is given to whoever has lost sight of it",
        "service/stored_answers.py",
        'raise NotFound("not_found")',
        "continue",
        f"{_KEPT}[another organization]",
    ),
    bug(
        "a client_id opens what is out of sight",
        "service/findings/log.py",
        "    if not is_seen:",
        "    if not id_ and not is_seen:",
        f"{_KEPT}[another organization]",
    ),
    bug(
        "a ledger stays open to whoever ordered it",
        "service/ledger/sight.py",
        "return and_(Document.requested_by_id == actor.id, not_(lost))",
        "return and_(Document.requested_by_id == actor.id, not_(and_(lost, not_(lost))))",
        f"{_KEPT}[another organization]",
    ),
    bug(
        "the inbox tells of what is out of sight",
        "service/alerts/inbox.py",
        "query = select(Alert).where(Alert.person_id == actor.id, alerts_seen(actor))\n    if",
        "query = select(Alert).where(Alert.person_id == actor.id)\n    if",
        f"{_KEPT}[another organization]",
    ),
    bug(
        "a calendar's address outlives the password",
        "service/people/tokens.py",
        "    session.execute(feeds.values(revoked_at=now))\n",
        "    if but is None:\n        session.execute(feeds.values(revoked_at=now))\n",
        f"{_KEPT}[a new password]",
    ),
    bug(
        "a write goes on after its writer has lost the post",
        "service/people/tokens.py",
        "return whose.with_for_update(read=True, key_share=True, of=Person)",
        "return whose",
        "functional/test_access_races.py",
    ),
    bug(
        "the feed's cursor lies open",
        "api/events.py",
        "return Page(events, sealed(page.next_cursor, *reader))",
        "return Page(events, page.next_cursor or sealed(None, *reader))",
        "functional/test_alerts.py::test_a_cursor_of_the_feed_tells_nothing_and_holds_for_its_reader_alone",
    ),
)

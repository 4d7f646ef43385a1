"""What audits found is read by auditors and administrators, and that is on record."""

from service.audit.checkpoints import SECURITY, checkpoint
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.watch_notes import CHAINS, write_note
from tests.worlds.http import World
from workflows.security import SecurityKind


def test_what_the_watchdog_and_the_last_verification_found_is_read_on_record(world: World) -> None:
    admin = world["admin"]
    nothing = admin.get("/audit-results")
    assert [nothing[name] for name in ("holds", "watched_at", "broken", "verified_at", "faults")] == [
        *(None, None, [], None, None)
    ]
    assert [book["book"] for book in nothing["books"]] == ["events", "journal", "security"]
    with world.session() as session:
        write_note(session, CHAINS, {"broken": ["2021-35-0001"]}, now=world.clock.at)
        verified = NewSecurityEntry(kind=SecurityKind.AUDIT, data={"by": "command line", "faults": 0})
        record_security(session, verified, now=world.clock.at)
        checkpoint(session, now=world.clock.at, book=SECURITY)
        session.commit()
    found = admin.get("/audit-results")
    assert (found["holds"], found["broken"], found["faults"]) == (False, ["2021-35-0001"], 0)
    assert found["books"][2]["checkpoint"] == 1
    read = [one["data"] for one in admin.items("/security-log", kind="audit") if one["person"]]
    assert read == [{"read": "results"}] * 2
    assert admin.get("/audit-results")["verified_at"] == found["verified_at"], "a reader verifies nothing"

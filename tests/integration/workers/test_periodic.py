"""What workers do from time to time: what an address refused goes out once there is another."""

from sqlalchemy import select, update

from service.models import Delivery, Person
from service.store import clock
from tests.build.deadlines_ahead import due_in, make_open_town
from workers.jobs import deliver_waiting, sweep_due
from workers.periodic import send_to_new_addresses
from workers.resources import Resources


def test_what_an_address_refused_goes_out_once_there_is_another(resources: Resources) -> None:
    due_in(resources.sessions, make_open_town(resources.sessions), -1)
    sweep_due(resources)
    deliver_waiting(resources)
    with resources.sessions.begin() as session:
        refused = {"sent_at": None, "given_up_at": clock.now(session), "failed_address": "old@longhu.example"}
        session.execute(update(Delivery).values(**refused))
        count = len(session.scalars(select(Delivery.id)).all())
        session.execute(update(Person).values(email="old@longhu.example"))
    send_to_new_addresses(resources)
    assert deliver_waiting(resources) == 0, "the addresses are the same"
    with resources.sessions.begin() as session:
        session.execute(update(Person).values(email="new@longhu.example"))
    send_to_new_addresses(resources)
    assert deliver_waiting(resources) == count > 0

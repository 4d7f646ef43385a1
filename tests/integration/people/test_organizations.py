"""Names of organizations are taken once, also when two take one at the same moment."""

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.people.organizations import add_on_record, rename_or_move
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.vocabulary import OrganizationKind


@pytest.mark.parametrize("is_new", [True, False])
def test_a_name_that_another_takes_at_the_same_moment_is_a_conflict(
    engine: Engine, session: Session, town: Town, *, is_new: bool
) -> None:
    """Looked for, free, and taken before it is written; on SQLite by a statement of the same writer."""

    @event.listens_for(session, "before_flush", once=True)
    def take(*_: object) -> None:
        row = (
            "INSERT INTO organizations (id, kind, name) "
            "VALUES ('0123456789abcdef0123456789abcdef', 'university', '新设学院')"
        )
        if engine.dialect.name == "postgresql":
            with engine.begin() as another:
                another.exec_driver_sql(row)
        else:
            session.connection().exec_driver_sql(row)

    def name() -> None:
        if is_new:
            kind, parent = OrganizationKind.UNIVERSITY, town.district_office.id
            add_on_record(session, kind=kind, name="新设学院", parent_id=parent, actor=town.admin, now=NOW)
        else:
            rename_or_move(session, town.college.id, name="新设学院", actor=town.admin, now=NOW)

    session.commit()
    with pytest.raises(Conflict) as refused:
        name()
    assert refused.value.code == "name_just_taken"

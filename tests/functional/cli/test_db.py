"""`duban db`: what an administrator does with the database itself."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from service.models import FindingTally
from service.statistics.tallies import recount
from tests.build.deadlines_ahead import due_in, make_open_town
from tests.functional.cli.test_commands import Shell


def test_figures_are_counted_anew(shell: Shell, books: sessionmaker[Session]) -> None:
    town = make_open_town(books)
    due_in(books, town, 3600.0, 7200.0)
    with books.begin() as session:
        recount(session)
        session.execute(update(FindingTally).values(findings=FindingTally.findings + 5))
        many = session.scalars(select(func.count()).select_from(FindingTally)).one()
    assert many > 0
    assert f"更正 {many} 个数" in shell.run("db", "recount").output
    assert "更正 0 个数" in shell.run("db", "recount").output

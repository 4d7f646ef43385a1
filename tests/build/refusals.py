"""A database that refuses the rows of one object: what a sweep must survive."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def refuse(session: Session, table: str, column: str, value: object) -> None:
    """Let the database itself refuse every new row of the table with that id or number in the column."""
    if session.get_bind().dialect.name == "sqlite":
        wrong = f"NEW.{column} = '{str(value).replace('-', '')}'"
        act = f"CREATE TRIGGER {table}_stubborn BEFORE INSERT ON {table} WHEN {wrong}"
        session.execute(text(f"{act} BEGIN SELECT RAISE(ABORT, '不收'); END"))
    else:
        refusal = "BEGIN RAISE '不收' USING ERRCODE = 'check_violation'; END"
        session.execute(text(f"CREATE FUNCTION {table}_stubborn() RETURNS trigger LANGUAGE plpgsql AS $${refusal}$$"))
        when = f"FOR EACH ROW WHEN (CAST(NEW.{column} AS text) = '{value}')"
        act = f"CREATE TRIGGER {table}_stubborn BEFORE INSERT ON {table} {when}"
        session.execute(text(f"{act} EXECUTE FUNCTION {table}_stubborn()"))
    session.commit()


def accept(session: Session, table: str) -> None:
    """Let the database take the rows again that it refused."""
    on_table = "" if session.get_bind().dialect.name == "sqlite" else f" ON {table}"
    session.execute(text(f"DROP TRIGGER {table}_stubborn{on_table}"))
    session.commit()

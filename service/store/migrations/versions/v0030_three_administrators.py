"""Two more roles: the security administrator and the auditor (三权分立)."""

from alembic import op

revision = "0030"
down_revision = "0029"

ROLES = (
    *("inspector", "team_head", "district", "university", "leader", "leadership"),
    *("bureau", "committee", "admin", "security_admin", "auditor", "system"),
)
CHECKED = {
    "people": "role",
    "posts": "role",
    "alerts": "role",
    "document_places": "role",
    "events": "actor_role",
    "journal": "actor_role",
}
GUARDED = {"events": "events are append-only", "journal": "the journal is append-only"}  # as in 0001 and 0002


def upgrade() -> None:
    """Let the checks name them."""
    words = ", ".join(map(repr, ROLES))
    for table, column in CHECKED.items():
        with op.batch_alter_table(table) as batch:  # SQLite makes the table anew, without its triggers
            batch.drop_constraint(batch.f(f"ck_{table}_{column}"), type_="check")
            batch.create_check_constraint(batch.f(f"ck_{table}_{column}"), f"{column} IN ({words})")
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, refusal in GUARDED.items():
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )

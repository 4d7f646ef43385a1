"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

REFUSAL = "events are append-only"
KINDS = ("centre", "district", "university", "bureau", "committee")
ROLES = (
    "inspector",
    "team_head",
    "district",
    "university",
    "leader",
    "leadership",
    "bureau",
    "committee",
    "admin",
    "system",
)
STATES = ("found", "notified", "rectifying", "verified", "overdue", "escalated")
MOVES = (
    "log",
    "settle",
    "notify",
    "begin",
    "submit",
    "review_pass",
    "review_partial",
    "review_fail",
    "refuse",
    "expire",
    "escalate",
    "ask_extension",
    "grant_extension",
    "deny_extension",
    "opine",
    "set_anew",
    "reply",
    "reopen",
    "void",
    "deem_received",
    "remind",
    "breach",
    "repeat",
    "acknowledge",
)
ORIGINS = ("centre", "district", "unit")
SEVERITIES = ("general", "major")
OUTCOMES = ("pass", "partial", "fail")
MEASURES = ("talk", "circular", "supervised", "accountability", "other")


def upgrade() -> None:
    """Create the tables, and what only one of the databases knows."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    _create_tables(sa.text("(pg_current_xact_id()::text::bigint)" if postgresql else "0"))
    if postgresql:
        _on_postgresql()
    else:
        _on_sqlite()


def _create_tables(transaction_id: sa.TextClause) -> None:
    _create_checkpoints()
    _create_counters()
    _create_heartbeats()
    _create_organizations()
    _create_rulebooks()
    _create_people()
    _create_rounds()
    _create_checklist_items()
    _create_evidence()
    _create_idempotency_keys()
    _create_messages()
    _create_rectification_notices()
    _create_teams()
    _create_tokens()
    _create_assignments()
    _create_deliveries()
    _create_findings()
    _create_team_members()
    _create_attachments()
    _create_events(transaction_id)
    _create_extensions()
    _create_handling_opinions()
    _create_revisions()
    _create_submissions()
    _create_alerts()
    _create_replies()
    _create_reviews()


def _create_checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_serial", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_checkpoints")),
    )


def _create_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _create_heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeats")),
    )


def _create_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(_among("kind", KINDS), name=op.f("ck_organizations_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("name", name=op.f("uq_organizations_name")),
    )
    op.create_index(op.f("ix_organizations_parent_id"), "organizations", ["parent_id"], unique=False)


def _create_rulebooks() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rulebooks")),
    )


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_among("role", ROLES), name=op.f("ck_people_role")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_people_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("username", name=op.f("uq_people_username")),
    )
    op.create_index(op.f("ix_people_organization_id"), "people", ["organization_id"], unique=False)
    op.create_index(op.f("ix_people_role"), "people", ["role"], unique=False)


def _create_rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("exam_days", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["policy_version"], ["rulebooks.version"], name=op.f("fk_rounds_policy_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("number", name=op.f("uq_rounds_number")),
    )


def _create_checklist_items() -> None:
    op.create_table(
        "checklist_items",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_checklist_items_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
    )
    op.create_index(op.f("ix_checklist_items_round_id"), "checklist_items", ["round_id"], unique=False)


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_evidence_organization_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["people.id"], name=op.f("fk_evidence_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_idempotency_keys_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )


def _create_rectification_notices() -> None:
    op.create_table(
        "rectification_notices",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["issued_by_id"], ["people.id"], name=op.f("fk_rectification_notices_issued_by_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_rectification_notices_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["people.id"], name=op.f("fk_rectification_notices_received_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_rectification_notices_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_notices")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_rectification_notices_round_id_number")),
    )
    op.create_index(
        op.f("ix_rectification_notices_organization_id"), "rectification_notices", ["organization_id"], unique=False
    )


def _create_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_teams_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_teams_round_id_name")),
    )
    op.create_index(op.f("ix_teams_round_id"), "teams", ["round_id"], unique=False)


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("team_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("leader_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_assignments_district_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["people.id"], name=op.f("fk_assignments_leader_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_assignments_round_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_assignments_team_id")),
        sa.PrimaryKeyConstraint("round_id", "district_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_leader_id"), "assignments", ["leader_id"], unique=False)
    op.create_index(op.f("ix_assignments_team_id"), "assignments", ["team_id"], unique=False)


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", "channel", name=op.f("uq_deliveries_message_id_channel")),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
    )


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("policy_version", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=True),
        sa.Column("notice_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("checklist_item_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("details", sa.String(), nullable=True),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requirement", sa.String(), nullable=True),
        sa.Column("plan", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("partials", sa.Integer(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_deemed", sa.Boolean(), nullable=False),
        sa.Column("receipt_signed", sa.Boolean(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("original_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pending_submission_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("submitted_late", sa.Boolean(), nullable=False),
        sa.Column("awaiting_review_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pending_extension_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("extension_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("opinion_awaited_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_risk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chain_length", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_error", sa.String(), nullable=True),
        sa.CheckConstraint(_among("origin", ORIGINS), name=op.f("ck_findings_origin")),
        sa.CheckConstraint(_among("severity", SEVERITIES), name=op.f("ck_findings_severity")),
        sa.CheckConstraint(_among("state", STATES), name=op.f("ck_findings_state")),
        sa.ForeignKeyConstraint(
            ["checklist_item_id"], ["checklist_items.id"], name=op.f("fk_findings_checklist_item_id")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_findings_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_findings_district_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["rectification_notices.id"], name=op.f("fk_findings_notice_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_findings_organization_id")),
        sa.ForeignKeyConstraint(["policy_version"], ["rulebooks.version"], name=op.f("fk_findings_policy_version")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_findings_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("created_by_id", "client_id", name=op.f("uq_findings_created_by_id_client_id")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_findings_round_id_number")),
    )
    op.create_index("ix_findings_district", "findings", ["district_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_findings_due",
        "findings",
        ["next_action_at"],
        unique=False,
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
    )
    op.create_index("ix_findings_newest", "findings", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_findings_notice_id"), "findings", ["notice_id"], unique=False)
    op.create_index("ix_findings_organization", "findings", ["organization_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_findings_reported",
        "findings",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("reported_at IS NOT NULL"),
        sqlite_where=sa.text("reported_at IS NOT NULL"),
    )
    op.create_index(
        "ix_findings_set_aside",
        "findings",
        ["set_aside_at"],
        unique=False,
        postgresql_where=sa.text("set_aside_at IS NOT NULL"),
        sqlite_where=sa.text("set_aside_at IS NOT NULL"),
    )


def _create_team_members() -> None:
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_team_members_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id")),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_person_id"), "team_members", ["person_id"], unique=False)


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("evidence_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_attachments_evidence_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_attachments_finding_id")),
        sa.PrimaryKeyConstraint("evidence_id", "finding_id", "subject_id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_finding_id"), "attachments", ["finding_id"], unique=False)


def _create_events(transaction_id: sa.TextClause) -> None:
    op.create_table(
        "events",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=transaction_id, nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("actor_role", sa.String(length=32), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=True),
        sa.Column("from_state", sa.String(length=32), nullable=True),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("upward", sa.Boolean(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(_among("actor_role", ROLES), name=op.f("ck_events_actor_role")),
        sa.CheckConstraint(_among("from_state", STATES), name=op.f("ck_events_from_state")),
        sa.CheckConstraint(_among("move", MOVES), name=op.f("ck_events_move")),
        sa.CheckConstraint(_among("to_state", STATES), name=op.f("ck_events_to_state")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_events_finding_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_events")),
        sa.UniqueConstraint("finding_id", "position", name=op.f("uq_events_finding_id_position")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_index("ix_events_feed", "events", ["transaction_id", "serial"], unique=False)


def _create_extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("granted_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_extensions_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_extensions_decided_by_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_extensions_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index(op.f("ix_extensions_finding_id"), "extensions", ["finding_id"], unique=False)


def _create_handling_opinions() -> None:
    op.create_table(
        "handling_opinions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("new_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opined_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.CheckConstraint(_among("measure", MEASURES), name=op.f("ck_handling_opinions_measure")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_handling_opinions_finding_id")),
        sa.ForeignKeyConstraint(["opined_by_id"], ["people.id"], name=op.f("fk_handling_opinions_opined_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_opinions")),
    )
    op.create_index(op.f("ix_handling_opinions_finding_id"), "handling_opinions", ["finding_id"], unique=False)


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_revisions_finding_id")),
        sa.ForeignKeyConstraint(["revised_by_id"], ["people.id"], name=op.f("fk_revisions_revised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_finding_id"), "revisions", ["finding_id"], unique=False)


def _create_submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_submissions_finding_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["people.id"], name=op.f("fk_submissions_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_finding_id"), "submissions", ["finding_id"], unique=False)


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_alerts_event_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_alerts_finding_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_alerts_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_alerts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_index(op.f("ix_alerts_finding_id"), "alerts", ["finding_id"], unique=False)
    op.create_index("ix_alerts_inbox", "alerts", ["person_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_alerts_message_id"), "alerts", ["message_id"], unique=False)
    op.create_index(
        "ix_alerts_to_acknowledge",
        "alerts",
        ["acknowledge_by"],
        unique=False,
        postgresql_where=sa.text("acknowledge_by IS NOT NULL"),
        sqlite_where=sa.text("acknowledge_by IS NOT NULL"),
    )
    op.create_index(
        "ix_alerts_to_group",
        "alerts",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("message_id IS NULL"),
        sqlite_where=sa.text("message_id IS NULL"),
    )


def _create_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("handling_opinion_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replied_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["handling_opinion_id"], ["handling_opinions.id"], name=op.f("fk_replies_handling_opinion_id")
        ),
        sa.ForeignKeyConstraint(["replied_by_id"], ["people.id"], name=op.f("fk_replies_replied_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_handling_opinion_id"), "replies", ["handling_opinion_id"], unique=False)


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("submission_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("remaining", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.CheckConstraint(_among("outcome", OUTCOMES), name=op.f("ck_reviews_outcome")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_reviews_finding_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["people.id"], name=op.f("fk_reviews_reviewed_by_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_reviews_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_finding_id"), "reviews", ["finding_id"], unique=False)
    # ### end Alembic commands ###


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, words))})"


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in ("events", "checkpoints"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    # Every move leaves a dead row and a dead entry in each index of findings; the sweep's probe reads through them.
    op.execute(
        "ALTER TABLE findings SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.01, "
        "autovacuum_vacuum_threshold = 500, autovacuum_analyze_scale_factor = 0.02)"
    )


def _on_sqlite() -> None:
    for table in ("events", "checkpoints"):
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )

"""The round's other books: checklists, sheets, weekly reports, campaigns, documents, the journal."""

import uuid
from itertools import product
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"

Columns = list[tuple[str, TypeEngine[Any]]]
APPEND_ONLY = ("journal", "journal_checkpoints")
REFUSAL = "the journal is append-only"
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
CAMPAIGNS = ("cheating_devices", "online_environment", "surroundings", "impersonation", "training_agencies")
SUBJECTS = ("inspection", "report", "campaign_action", "round", "unit")
ACTS = (
    "open",
    "answer",
    "close",
    "feedback",
    "submit",
    "record",
    "revise",
    "withdraw",
    "carry_over",
    "remind",
    "late",
    "missing",
    "breach",
)
DOCUMENTS = (
    "rectification_notice",
    "inspection_feedback",
    "leadership_report",
    "upward_report",
    "weekly_report",
    "campaign_summary",
    "close_out_slip",
    "ledger",
)
STATUSES = ("queued", "rendering", "ready", "failed")
INSPECTIONS = ("inspection", "self_check")
ORIGINS = ("centre", "district", "unit")
ANSWERS = ("in_place", "not_in_place", "not_applicable", "not_seen")
OUTCOMES = ("carried_over", "ended")


def upgrade() -> None:
    """Create the tables; let findings and alerts refer to them; give the items that are there a checklist."""
    _create_calendar_feeds()
    _create_campaign_actions()
    _create_checklists()
    _create_journal()
    _create_journal_checkpoints()
    _create_weekly_reports()
    _create_campaign_evidence()
    _create_documents()
    _create_inspections()
    _create_report_versions()
    _create_answer_revisions()
    _create_closing_decisions()
    _create_inspection_answers()
    _create_answer_evidence()
    _alter_alerts()
    _alter_findings()
    _alter_rounds()
    _alter_checklist_items()
    _keep_the_journal()


def _create_calendar_feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("hash", name=op.f("uq_calendar_feeds_hash")),
    )
    op.create_index(op.f("ix_calendar_feeds_person_id"), "calendar_feeds", ["person_id"], unique=False)


def _create_campaign_actions() -> None:
    op.create_table(
        "campaign_actions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("campaign", sa.String(length=32), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("lead_department", sa.String(length=120), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_among("campaign", CAMPAIGNS), name=op.f("ck_campaign_actions_campaign")),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_campaign_actions_district_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_campaign_actions_recorded_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_campaign_actions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_actions")),
        sa.UniqueConstraint("recorded_by_id", "client_id", name=op.f("uq_campaign_actions_recorded_by_id_client_id")),
    )
    op.create_index("ix_campaign_actions_district", "campaign_actions", ["district_id", "acted_on", "id"], unique=False)
    op.create_index("ix_campaign_actions_round", "campaign_actions", ["round_id", "campaign", "acted_on"], unique=False)


def _create_checklists() -> None:
    op.create_table(
        "checklists",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("annex", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.CheckConstraint(_among("audience", KINDS), name=op.f("ck_checklists_audience")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_checklists_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklists")),
        sa.UniqueConstraint("round_id", "annex", name=op.f("uq_checklists_round_id_annex")),
    )


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=_transaction_id(), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("actor_role", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(_among("subject_kind", SUBJECTS), name=op.f("ck_journal_subject_kind")),
        sa.CheckConstraint(_among("actor_role", ROLES), name=op.f("ck_journal_actor_role")),
        sa.CheckConstraint(_among("act", ACTS), name=op.f("ck_journal_act")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_journal_actor_id")),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_journal_district_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_journal_organization_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_journal_round_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_journal")),
        sa.UniqueConstraint("id", name=op.f("uq_journal_id")),
        sa.UniqueConstraint("subject_id", "position", name=op.f("uq_journal_subject_id_position")),
    )
    op.create_index("ix_journal_feed", "journal", ["transaction_id", "serial"], unique=False)
    op.create_index("ix_journal_district", "journal", ["district_id", "at"], unique=False)
    op.create_index("ix_journal_organization", "journal", ["organization_id", "at"], unique=False)


def _create_weekly_reports() -> None:
    op.create_table(
        "weekly_reports",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("recipient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_weekly_reports_district_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_weekly_reports_organization_id")
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["organizations.id"], name=op.f("fk_weekly_reports_recipient_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_weekly_reports_round_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["people.id"], name=op.f("fk_weekly_reports_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_reports")),
        sa.UniqueConstraint(
            "round_id", "organization_id", "week", name=op.f("uq_weekly_reports_round_id_organization_id_week")
        ),
    )
    op.create_index("ix_weekly_reports_district", "weekly_reports", ["district_id", "deadline", "id"], unique=False)
    op.create_index(
        "ix_weekly_reports_due",
        "weekly_reports",
        ["next_action_at"],
        unique=False,
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
    )
    op.create_index(
        "ix_weekly_reports_organization", "weekly_reports", ["organization_id", "deadline", "id"], unique=False
    )


def _create_campaign_evidence() -> None:
    op.create_table(
        "campaign_evidence",
        sa.Column("action_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("evidence_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["campaign_actions.id"], name=op.f("fk_campaign_evidence_action_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_campaign_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("action_id", "evidence_id", name=op.f("pk_campaign_evidence")),
    )
    op.create_index(op.f("ix_campaign_evidence_evidence_id"), "campaign_evidence", ["evidence_id"], unique=False)


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("scan_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(_among("kind", DOCUMENTS), name=op.f("ck_documents_kind")),
        sa.CheckConstraint(_among("status", STATUSES), name=op.f("ck_documents_status")),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_documents_district_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_documents_organization_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["people.id"], name=op.f("fk_documents_requested_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_documents_round_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["evidence.id"], name=op.f("fk_documents_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_newest", "documents", ["requested_at", "id"], unique=False)
    op.create_index("ix_documents_subject", "documents", ["subject_id", "kind"], unique=False)
    op.create_index(
        "ix_documents_waiting",
        "documents",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
    )


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("checklist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("by_organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("methods", sa.JSON(), nullable=False),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(length=100), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("notice_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("feedback_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_among("kind", INSPECTIONS), name=op.f("ck_inspections_kind")),
        sa.CheckConstraint(_among("origin", ORIGINS), name=op.f("ck_inspections_origin")),
        sa.ForeignKeyConstraint(
            ["by_organization_id"], ["organizations.id"], name=op.f("fk_inspections_by_organization_id")
        ),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklists.id"], name=op.f("fk_inspections_checklist_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name=op.f("fk_inspections_closed_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["organizations.id"], name=op.f("fk_inspections_district_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["rectification_notices.id"], name=op.f("fk_inspections_notice_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["people.id"], name=op.f("fk_inspections_opened_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_inspections_organization_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_inspections_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("opened_by_id", "client_id", name=op.f("uq_inspections_opened_by_id_client_id")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_inspections_round_id_number")),
    )
    op.create_index("ix_inspections_district", "inspections", ["district_id", "opened_at", "id"], unique=False)
    op.create_index(
        "ix_inspections_due",
        "inspections",
        ["next_action_at"],
        unique=False,
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
    )
    op.create_index("ix_inspections_organization", "inspections", ["organization_id", "opened_at", "id"], unique=False)


def _create_report_versions() -> None:
    op.create_table(
        "report_versions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("report_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["weekly_reports.id"], name=op.f("fk_report_versions_report_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["people.id"], name=op.f("fk_report_versions_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_versions")),
        sa.UniqueConstraint("report_id", "version", name=op.f("uq_report_versions_report_id_version")),
    )


def _create_answer_revisions() -> None:
    op.create_table(
        "answer_revisions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("inspection_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.CheckConstraint(_among("answer", ANSWERS), name=op.f("ck_answer_revisions_answer")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_answer_revisions_answered_by_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspections.id"], name=op.f("fk_answer_revisions_inspection_id")),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_items.id"], name=op.f("fk_answer_revisions_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_revisions")),
    )
    op.create_index(op.f("ix_answer_revisions_inspection_id"), "answer_revisions", ["inspection_id"], unique=False)


def _create_closing_decisions() -> None:
    op.create_table(
        "closing_decisions",
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("successor_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(_among("outcome", OUTCOMES), name=op.f("ck_closing_decisions_outcome")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_closing_decisions_decided_by_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_closing_decisions_finding_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_closing_decisions_round_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["findings.id"], name=op.f("fk_closing_decisions_successor_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_closing_decisions")),
    )
    op.create_index(op.f("ix_closing_decisions_round_id"), "closing_decisions", ["round_id"], unique=False)


def _create_inspection_answers() -> None:
    op.create_table(
        "inspection_answers",
        sa.Column("inspection_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.CheckConstraint(_among("answer", ANSWERS), name=op.f("ck_inspection_answers_answer")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_inspection_answers_answered_by_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_inspection_answers_finding_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_answers_inspection_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_items.id"], name=op.f("fk_inspection_answers_item_id")),
        sa.PrimaryKeyConstraint("inspection_id", "item_id", name=op.f("pk_inspection_answers")),
    )
    op.create_index(op.f("ix_inspection_answers_finding_id"), "inspection_answers", ["finding_id"], unique=False)
    op.create_index("ix_inspection_answers_item", "inspection_answers", ["item_id", "answered_at"], unique=False)


def _create_answer_evidence() -> None:
    op.create_table(
        "answer_evidence",
        sa.Column("inspection_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("evidence_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_answer_evidence_evidence_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id", "item_id"],
            ["inspection_answers.inspection_id", "inspection_answers.item_id"],
            name="fk_answer_evidence_answer",
        ),
        sa.PrimaryKeyConstraint("inspection_id", "item_id", "evidence_id", name=op.f("pk_answer_evidence")),
    )
    op.create_index(op.f("ix_answer_evidence_evidence_id"), "answer_evidence", ["evidence_id"], unique=False)


def _alter_alerts() -> None:
    with op.batch_alter_table("alerts") as batch:
        batch.add_column(sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=True))
        batch.alter_column("event_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
        batch.alter_column("finding_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
        batch.create_foreign_key(batch.f("fk_alerts_entry_id"), "journal", ["entry_id"], ["id"])


def _alter_findings() -> None:
    with op.batch_alter_table("findings") as batch:
        batch.add_column(sa.Column("proposed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("inspection_id", sa.Uuid(as_uuid=False), nullable=True))
        batch.add_column(sa.Column("carried_from_id", sa.Uuid(as_uuid=False), nullable=True))
        batch.alter_column("created_by_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
        batch.create_foreign_key(batch.f("fk_findings_inspection_id"), "inspections", ["inspection_id"], ["id"])
        batch.create_foreign_key(batch.f("fk_findings_carried_from_id"), "findings", ["carried_from_id"], ["id"])
    with op.batch_alter_table("findings") as batch:
        batch.alter_column("proposed", existing_type=sa.Boolean(), server_default=None)
    op.create_index(
        "ix_findings_inspection",
        "findings",
        ["inspection_id"],
        postgresql_where=sa.text("inspection_id IS NOT NULL"),
        sqlite_where=sa.text("inspection_id IS NOT NULL"),
    )
    op.create_index(
        "ix_findings_proposed",
        "findings",
        ["round_id", "organization_id", "checklist_item_id"],
        unique=True,
        postgresql_where=sa.text("proposed"),
        sqlite_where=sa.text("proposed"),
    )


def _alter_rounds() -> None:
    op.add_column("rounds", sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_rounds_next_action_at"), "rounds", ["next_action_at"])


def _alter_checklist_items() -> None:
    filled: Columns = [("checklist_id", sa.Uuid(as_uuid=False)), ("position", sa.Integer())]
    filled += [("requirement_zh", sa.String()), ("completion", sa.String(40))]
    filled += [("lead_units", sa.JSON()), ("supporting_units", sa.JSON())]
    maybe: Columns = [("requirement_en", sa.String()), ("question", sa.String())]
    for name, kind in (*filled, *maybe):
        op.add_column("checklist_items", sa.Column(name, kind, nullable=True))
    _give_items_a_checklist()
    with op.batch_alter_table("checklist_items") as batch:
        for name, kind in filled:
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_unique_constraint(
            batch.f("uq_checklist_items_checklist_id_position"), ["checklist_id", "position"]
        )
        batch.create_foreign_key(batch.f("fk_checklist_items_checklist_id"), "checklists", ["checklist_id"], ["id"])


def _give_items_a_checklist() -> None:
    """Items knew their annex and row by their number alone, and said nothing but their heading."""
    id_ = sa.Uuid(as_uuid=False)
    columns = ("id", "round_id", "checklist_id"), ("number", "category", "requirement_zh", "completion")
    items = sa.table(
        "checklist_items",
        *(sa.column(name, id_) for name in columns[0]),
        *(sa.column(name, sa.String()) for name in columns[1]),
        *(sa.column(name, sa.JSON()) for name in ("lead_units", "supporting_units")),
        sa.column("position", sa.Integer()),
    )
    lists = sa.table(
        "checklists",
        *(sa.column(name, id_) for name in ("id", "round_id")),
        *(sa.column(name) for name in ("annex", "audience", "title")),
    )
    connection, known = op.get_bind(), {}
    for item in connection.execute(sa.select(items.c.id, items.c.round_id, items.c.number, items.c.category)).all():
        annex, row = map(int, item.number.split("-"))
        key = (item.round_id, annex)
        if key not in known:
            known[key] = str(uuid.uuid4())
            audience, title = ("university", "高校") if annex == 1 else ("district", "考区")
            new = {"id": known[key], "round_id": item.round_id, "annex": annex, "audience": audience}
            connection.execute(lists.insert().values(**new, title=f"考试安全{title}准备情况督查表"))
        filled = {"checklist_id": known[key], "position": row, "requirement_zh": item.category}
        said = {"completion": "即日起至考试结束", "lead_units": [], "supporting_units": []}
        connection.execute(items.update().where(items.c.id == item.id).values(**filled, **said))


def _create_journal_checkpoints() -> None:
    op.create_table(
        "journal_checkpoints",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_serial", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_journal_checkpoints")),
    )


def _keep_the_journal() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
            )
        return
    for table, act in product(APPEND_ONLY, ("UPDATE", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _transaction_id() -> sa.TextClause:
    return sa.text("(pg_current_xact_id()::text::bigint)" if op.get_bind().dialect.name == "postgresql" else "0")


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, words))})"

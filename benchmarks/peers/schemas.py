"""What the Flask peer reads and answers, as marshmallow has it."""

from datetime import UTC, datetime

from marshmallow import Schema, fields, validate

from benchmarks.peers.rows import Finding

MOVES = {"found": ["notify", "settle", "void"], "rectifying": ["remind", "refuse", "void"]}


def _light(row: Finding) -> str:
    if row.verified_at or row.voided_at:
        return "green"
    if row.state in ("overdue", "escalated"):
        return "red"
    return "amber" if row.at_risk_at and row.at_risk_at <= datetime.now(UTC) else "green"


class _Body(Schema):
    organization_id = fields.UUID(required=True)
    summary = fields.String(required=True, validate=validate.Length(1, 500))
    severity = fields.String(required=True, validate=validate.OneOf(["general", "major"]))
    details = fields.String(allow_none=True)
    location = fields.String(allow_none=True, validate=validate.Length(max=300))
    found_at = fields.AwareDateTime(allow_none=True)


class _Named(Schema):
    id = fields.String()
    name = fields.String()


class _Numbered(Schema):
    id = fields.String()
    number = fields.String()


class _Item(_Numbered):
    category = fields.String()


class _Piece(Schema):
    id, sha256, media_type, filename = (fields.String() for _ in range(4))
    size = fields.Integer()


class _Shown(Schema):
    id, number, origin, state, severity, summary = (fields.String() for _ in range(6))
    details, location, requirement, policy_version, inspection_id, carried_from_id = (
        fields.String(allow_none=True) for _ in range(6)
    )
    escalation_level, failures, failures_in_all, highest_level, cycle, recurrences, version = (
        fields.Integer() for _ in range(7)
    )
    awaiting_review, receipt_deemed, ever_overdue, proposed = (fields.Boolean() for _ in range(4))
    found_at, notified_at, received_at, deadline, original_deadline, first_deadline, overdue_at = (
        fields.AwareDateTime(allow_none=True) for _ in range(7)
    )
    first_overdue_at, escalated_at, verified_at, voided_at, next_action_at = (
        fields.AwareDateTime(allow_none=True) for _ in range(5)
    )
    organization, district, team, responsible_leader, created_by = (fields.Nested(_Named) for _ in range(5))
    round = fields.Nested(_Numbered)
    checklist_item = fields.Nested(_Item, allow_none=True)
    evidence = fields.List(fields.Nested(_Piece))
    light = fields.Function(_light)
    allowed_moves = fields.Function(lambda row: MOVES.get(row.state, []))
    pending_submission, pending_extension, latest_opinion, closing = (fields.Constant(None) for _ in range(4))


BODY, SHOWN = _Body(), _Shown()

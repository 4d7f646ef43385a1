"""The tables of the books."""

from service.models.columns import Base, new_id
from service.models.events import Alert, Checkpoint, Delivery, Event, Message
from service.models.findings import Finding, RectificationNotice, Revision
from service.models.organizations import Organization, Person, Token
from service.models.rectifications import (
    Attachment,
    Evidence,
    Extension,
    HandlingOpinion,
    Reply,
    Review,
    Submission,
)
from service.models.rounds import Assignment, ChecklistItem, Round, Rulebook, Team, TeamMember
from service.models.upkeep import Counter, Heartbeat, IdempotencyKey

__all__ = [
    "Alert",
    "Assignment",
    "Attachment",
    "Base",
    "ChecklistItem",
    "Checkpoint",
    "Counter",
    "Delivery",
    "Event",
    "Evidence",
    "Extension",
    "Finding",
    "HandlingOpinion",
    "Heartbeat",
    "IdempotencyKey",
    "Message",
    "Organization",
    "Person",
    "RectificationNotice",
    "Reply",
    "Review",
    "Revision",
    "Round",
    "Rulebook",
    "Submission",
    "Team",
    "TeamMember",
    "Token",
    "new_id",
]

"""The tables of the books."""

from service.models.campaigns import CampaignAction, CampaignEvidence
from service.models.checklists import Checklist, ChecklistItem
from service.models.checkpoints import Checkpoint, Covering, JournalCheckpoint
from service.models.columns import Base, new_id
from service.models.documents import Document
from service.models.events import Alert, Delivery, Event, Message
from service.models.findings import Finding, RectificationNotice, Revision
from service.models.inspections import AnswerEvidence, AnswerRevision, Inspection, InspectionAnswer
from service.models.journal import ClosingDecision, JournalEntry
from service.models.organizations import CalendarFeed, Organization, Person, Token, with_names
from service.models.rectifications import Attachment, Evidence, Extension, HandlingOpinion, Reply, Review, Submission
from service.models.reports import ReportVersion, WeeklyReport
from service.models.rounds import AT_ONCE, Assignment, Round, Rulebook, Team, TeamMember
from service.models.upkeep import Counter, Heartbeat, IdempotencyKey, SetAside

__all__ = [
    "AT_ONCE",
    "Alert",
    "AnswerEvidence",
    "AnswerRevision",
    "Assignment",
    "Attachment",
    "Base",
    "CalendarFeed",
    "CampaignAction",
    "CampaignEvidence",
    "Checklist",
    "ChecklistItem",
    "Checkpoint",
    "ClosingDecision",
    "Counter",
    "Covering",
    "Delivery",
    "Document",
    "Event",
    "Evidence",
    "Extension",
    "Finding",
    "HandlingOpinion",
    "Heartbeat",
    "IdempotencyKey",
    "Inspection",
    "InspectionAnswer",
    "JournalCheckpoint",
    "JournalEntry",
    "Message",
    "Organization",
    "Person",
    "RectificationNotice",
    "Reply",
    "ReportVersion",
    "Review",
    "Revision",
    "Round",
    "Rulebook",
    "SetAside",
    "Submission",
    "Team",
    "TeamMember",
    "Token",
    "WeeklyReport",
    "new_id",
    "with_names",
]

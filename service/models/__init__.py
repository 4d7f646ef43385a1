"""The tables of the books."""

from service.models.access import (
    CalendarFeed,
    FormerPassword,
    Invitation,
    ProviderAccount,
    RecoveryCode,
    SecondFactor,
    Token,
)
from service.models.campaigns import CampaignAction, CampaignEvidence
from service.models.checklists import Checklist, ChecklistItem
from service.models.checkpoints import Checkpoint, Covering, JournalCheckpoint, SignedCheckpoint
from service.models.columns import Base, new_id
from service.models.documents import Document, DocumentPlace
from service.models.events import Alert, Delivery, Event, Letter, Message
from service.models.findings import Finding, RectificationNotice, Revision
from service.models.inspections import AnswerEvidence, AnswerRevision, Inspection, InspectionAnswer
from service.models.journal import ClosingDecision, JournalEntry, PersonalChange
from service.models.organizations import Organization, Person, Post, SavedFilter, with_names
from service.models.rectifications import Attachment, Evidence, Extension, HandlingOpinion, Reply, Review, Submission
from service.models.reports import ReportVersion, WeeklyReport
from service.models.rounds import AT_ONCE, Assignment, Round, RoundUnit, Rulebook, Team, TeamMember
from service.models.security_log import SecurityCheckpoint, SecurityEntry
from service.models.tallies import DurationTally, FindingTally, Tally, UnitTally, WeekTally
from service.models.upkeep import Alarm, Counter, Heartbeat, IdempotencyKey, SetAside, WatchNote
from service.models.words import FindingWords

__all__ = [
    "AT_ONCE",
    "Alarm",
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
    "DocumentPlace",
    "DurationTally",
    "Event",
    "Evidence",
    "Extension",
    "Finding",
    "FindingTally",
    "FindingWords",
    "FormerPassword",
    "HandlingOpinion",
    "Heartbeat",
    "IdempotencyKey",
    "Inspection",
    "InspectionAnswer",
    "Invitation",
    "JournalCheckpoint",
    "JournalEntry",
    "Letter",
    "Message",
    "Organization",
    "Person",
    "PersonalChange",
    "Post",
    "ProviderAccount",
    "RecoveryCode",
    "RectificationNotice",
    "Reply",
    "ReportVersion",
    "Review",
    "Revision",
    "Round",
    "RoundUnit",
    "Rulebook",
    "SavedFilter",
    "SecondFactor",
    "SecurityCheckpoint",
    "SecurityEntry",
    "SetAside",
    "SignedCheckpoint",
    "Submission",
    "Tally",
    "Team",
    "TeamMember",
    "Token",
    "UnitTally",
    "WatchNote",
    "WeekTally",
    "WeeklyReport",
    "new_id",
    "with_names",
]

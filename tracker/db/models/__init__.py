"""Every table, by noun; import models from here."""

from tracker.db.models.audit import AuditEntry
from tracker.db.models.case_records import CaseHelper, Follower, Pause, Rating, Scratch
from tracker.db.models.cases import (
    Attachment,
    CaseEvent,
    CaseMessage,
    Complaint,
    Draft,
    ErasedFile,
    SealedNote,
)
from tracker.db.models.catalogue import OpenQuestion, ProcedureVersion
from tracker.db.models.learning import Correction, RoutingScore
from tracker.db.models.figures import DayFigure, FixedFigure, JobMark
from tracker.db.models.oversight import Alarm, Approval, BodyLink, DutyShift
from tracker.db.models.people import Account, AccountLink, Citizen, Conversation, LoginSession
from tracker.db.models.publication import Publication
from tracker.db.models.reference import Agency, CalendarDay, Commune, DocumentTemplate, Template, Topic
from tracker.db.models.traffic import Button, InboxItem, Lease, OutboxItem

__all__ = [
    "Account",
    "AccountLink",
    "Agency",
    "Alarm",
    "Approval",
    "Attachment",
    "AuditEntry",
    "BodyLink",
    "Button",
    "CalendarDay",
    "CaseEvent",
    "CaseHelper",
    "CaseMessage",
    "Citizen",
    "Commune",
    "Complaint",
    "Conversation",
    "Correction",
    "DayFigure",
    "DocumentTemplate",
    "Draft",
    "DutyShift",
    "ErasedFile",
    "FixedFigure",
    "Follower",
    "InboxItem",
    "JobMark",
    "Lease",
    "LoginSession",
    "OpenQuestion",
    "OutboxItem",
    "Pause",
    "ProcedureVersion",
    "Publication",
    "Rating",
    "RoutingScore",
    "Scratch",
    "SealedNote",
    "Template",
    "Topic",
]

"""The tables, one file a noun."""

from leadapp.models.activity import Activity
from leadapp.models.advice import Advice
from leadapp.models.api_token import ApiToken
from leadapp.models.assessment import LeadAssessment
from leadapp.models.base import Base
from leadapp.models.business_domain import BusinessDomain
from leadapp.models.company import Company
from leadapp.models.counts import LeadCount, LeadCountDelta
from leadapp.models.event import Event
from leadapp.models.history import HistoryFile, HistoryLead
from leadapp.models.lead import Lead, LeadSearch
from leadapp.models.rate_limit import RateLimit
from leadapp.models.run import Run
from leadapp.models.sale import Sale
from leadapp.models.scoring_model import ColumnChoice, ScoringModel
from leadapp.models.source import Source
from leadapp.models.upload import Upload, UploadChunk
from leadapp.models.user import User
from leadapp.models.user_session import UserSession

__all__ = [
    "Activity",
    "Advice",
    "ApiToken",
    "Base",
    "BusinessDomain",
    "ColumnChoice",
    "Company",
    "Event",
    "HistoryFile",
    "HistoryLead",
    "Lead",
    "LeadAssessment",
    "LeadCount",
    "LeadCountDelta",
    "LeadSearch",
    "RateLimit",
    "Run",
    "Sale",
    "ScoringModel",
    "Source",
    "Upload",
    "UploadChunk",
    "User",
    "UserSession",
]

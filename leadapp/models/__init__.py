"""The tables, one file a noun."""

from leadapp.models.activity import Activity
from leadapp.models.api_token import ApiToken
from leadapp.models.assessment import LeadAssessment
from leadapp.models.base import Base
from leadapp.models.business_domain import BusinessDomain
from leadapp.models.company import Company
from leadapp.models.counts import LeadCount, LeadCountDelta
from leadapp.models.event import Event
from leadapp.models.lead import Lead, LeadSearch
from leadapp.models.rate_limit import RateLimit
from leadapp.models.sale import Sale
from leadapp.models.source import Source
from leadapp.models.user import User
from leadapp.models.user_session import UserSession

__all__ = [
    "Activity",
    "ApiToken",
    "Base",
    "BusinessDomain",
    "Company",
    "Event",
    "Lead",
    "LeadAssessment",
    "LeadCount",
    "LeadCountDelta",
    "LeadSearch",
    "RateLimit",
    "Sale",
    "Source",
    "User",
    "UserSession",
]

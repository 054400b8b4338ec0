"""The company's settings."""

from leadapp.extensions import db
from leadapp.models import Company


def get_company() -> Company:
    """The one row of the company's settings. One statement, or none if the session has it."""
    company = db.session.get(Company, 1)
    if company is None:
        raise RuntimeError("The database has no company row; run `leadapp migrate`.")
    return company

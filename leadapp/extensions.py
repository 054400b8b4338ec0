"""The Flask extensions, made here and bound to the app in create_app()."""

from flask_migrate import Migrate
from flask_security.core import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from leadapp.models.base import Base
from leadapp.session import LeadSession

# Rows stay readable after the commit that ends a request's work, which saves a SELECT each.
db = SQLAlchemy(
    model_class=Base, session_options={"class_": LeadSession, "expire_on_commit": False}
)
migrate = Migrate(compare_type=True)
csrf = CSRFProtect()
security = Security()

"""Sessions of people who are signed in, so that signing out ends one for good."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt


class UserSession(Base):
    """A session of a user: whoever's cookie names one that is not here is not signed in.

    Only the SHA-256 of the secret in the cookie is kept.
    """

    __tablename__ = "user_sessions"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[BigInt] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[CreatedAt]

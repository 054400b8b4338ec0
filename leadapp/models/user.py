"""Users: who signs in, with one role each."""

from datetime import datetime
from typing import NamedTuple

from flask_security.core import UserMixin
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, CreatedAt, Id
from leadapp.permissions import Actor, Permission, Role


class NamedRole(NamedTuple):
    """A role as Flask-Security wants to see one."""

    name: str

    def get_permissions(self) -> set[str]:
        """Nothing: permissions come from `leadapp.permissions` alone."""
        return set()


class User(UserMixin, Base):
    """A person who can sign in. Users are deactivated, never deleted: events point at them."""

    __tablename__ = "users"

    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(server_default=Role.VIEWER.value)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    # Part of every session; changing it ends all of them.
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("role in ('viewer', 'rep', 'manager', 'admin')", name="role"),
        CheckConstraint("btrim(name) <> ''", name="name"),
        Index("uq_users_email", text("lower(email)"), unique=True),
    )

    @property
    def roles(self) -> list[NamedRole]:  # type: ignore[override]  # a column there, derived here
        """The one role as a list, for Flask-Security."""
        return [NamedRole(self.role)]

    def actor(self, via: str) -> Actor:
        """This user as the actor of a service, entering by `via`."""
        return Actor(id=self.id, role=Role(self.role), name=self.name, via=via)

    def may(self, permission: Permission) -> bool:
        """Whether the user's role grants the permission."""
        return self.actor("page").may(permission)

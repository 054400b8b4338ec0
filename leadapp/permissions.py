"""Who may do what: permissions, roles, and the one table that joins them."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a route can require."""

    SEE_LEADS = "see_leads"
    WORK_LEADS = "work_leads"
    """Create, edit, log activities, move and analyze."""
    HAND_OFF = "hand_off"
    WORK_SALES = "work_sales"
    ASSIGN_LEADS = "assign_leads"
    BULK_LEADS = "bulk_leads"
    """Bulk actions, import and export."""
    SEE_SCORING = "see_scoring"
    """What the scores are worth, and what they are learned from."""
    ADMINISTER = "administer"
    """Users, lists, threshold, other people's tokens."""
    OWN_ACCOUNT = "own_account"
    """One's own password and the like: everyone who is signed in."""


class Role(StrEnum):
    """A user's role, from the least to the most powerful."""

    VIEWER = "viewer"
    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


_VIEWER = frozenset({Permission.SEE_LEADS, Permission.OWN_ACCOUNT})
_REP = _VIEWER | {Permission.WORK_LEADS, Permission.HAND_OFF, Permission.WORK_SALES}
_MANAGER = _REP | {Permission.ASSIGN_LEADS, Permission.BULK_LEADS, Permission.SEE_SCORING}
_ADMIN = _MANAGER | {Permission.ADMINISTER}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.REP: _REP,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _ADMIN,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as services are told it.

    `id` is None for the machine itself (a command run on the server); `via` is `page`, `api` or
    `command`.
    """

    id: int | None
    role: Role
    name: str
    via: str

    def may(self, permission: Permission) -> bool:
        """Whether this actor's role grants the permission."""
        return permission in ROLE_PERMISSIONS[self.role]

    @property
    def scope(self) -> int | None:
        """The user id to whose own and unassigned leads this actor is confined; None: sees all."""
        return self.id if self.role is Role.REP else None


def command_actor() -> Actor:
    """The actor behind a command given on the server itself, by whoever has its shell."""
    return Actor(id=None, role=Role.ADMIN, name="leadapp command", via="command")

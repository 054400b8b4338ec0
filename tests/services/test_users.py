"""Users."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_security import verify_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, LastAdmin, UserNotFound
from leadapp.extensions import db
from leadapp.models import Event, User, UserSession
from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.users import find_user_by_email, list_users
from leadapp.services import user_sessions, users
from tests.factories import NOW, PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("db_session")
WHO = command_actor()


def create(**values: str) -> User:
    given = {"email": "ada@example.com", "name": "Ada", "role": "rep", "password": PASSWORD}
    return users.create_user(**{**given, **values}, actor=WHO, now=NOW)


def sessions_of(db_session: Session, user: User) -> int:
    statement = select(UserSession).where(UserSession.user_id == user.id)
    return len(db_session.scalars(statement).all())


def last_event(db_session: Session) -> Event:
    return db_session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def test_a_user_is_created_active_with_an_argon2_hash(db_session: Session) -> None:
    user = create(email=" Ada@Example.COM ", name=" Ada Lovelace ")
    assert (user.email, user.name, user.role, user.active) == (
        "Ada@example.com",
        "Ada Lovelace",
        "rep",
        True,
    )
    assert user.password is not None
    assert user.password.startswith("$argon2id$")
    assert verify_password(PASSWORD, user.password)
    assert find_user_by_email("ADA@EXAMPLE.COM") is user


def test_an_event_says_so_without_personal_values(
    db_session: Session, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    user = users.create_user(
        email="ada@example.com", name="Ada", role="rep", password=PASSWORD, actor=admin, now=NOW
    )
    created = last_event(db_session)
    assert (created.kind, created.data) == ("user_created", {"user_id": user.id, "role": "rep"})
    assert (created.actor_id, created.via, created.at) == (admin.id, "page", NOW)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        create(email="ada", name=" ", role="boss", password="short")
    assert [field for field, _ in refused.value.errors] == ["email", "name", "role", "password"]


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@example.com", "a b@example.com", "a\x00@example.com", "\ud800@x.y"],
)
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput):
        create(email=email)


def test_addresses_of_a_companys_own_network_will_do() -> None:
    assert create(email="ada@crm.local").email == "ada@crm.local"


def test_an_address_belongs_to_one_user_whatever_its_case(db_session: Session) -> None:
    create()
    with pytest.raises(InvalidInput) as refused:
        create(email="ADA@example.com")
    assert refused.value.errors == (("email", "belongs to another user already"),)
    assert last_event(db_session).kind == "user_created"


@pytest.mark.parametrize("password", ["1234567", "x" * 201, "nul\x00 in the middle"])
def test_what_cannot_be_a_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        create(password=password)


def test_a_change_of_role_is_an_event_and_repeating_it_is_none(db_session: Session) -> None:
    user = create()
    for _ in range(2):
        users.change_role(user.id, "manager", actor=WHO, now=NOW)
    assert user.role == "manager"
    changed = db_session.scalars(select(Event).where(Event.kind == "user_role_changed")).one()
    assert changed.data == {"user_id": user.id, "from": "rep", "to": "manager"}


def test_an_unknown_role_and_an_unknown_user_are_refused() -> None:
    with pytest.raises(InvalidInput):
        users.change_role(create().id, "boss", actor=WHO, now=NOW)
    for attempt in (users.deactivate, users.activate, users.reset_password):
        with pytest.raises(UserNotFound):
            attempt(0, actor=WHO, now=NOW)


def test_deactivating_ends_all_sessions_and_activating_revives_none(db_session: Session) -> None:
    user = create()
    user_sessions.open_session(user.id, now=NOW)
    uniquifier = user.fs_uniquifier
    for _ in range(2):
        users.deactivate(user.id, actor=WHO, now=NOW)
    assert (user.active, sessions_of(db_session, user)) == (False, 0)
    for _ in range(2):
        users.activate(user.id, actor=WHO, now=NOW)
    assert user.active
    assert (sessions_of(db_session, user), user.fs_uniquifier == uniquifier) == (0, False)
    kinds = db_session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(2)).all()
    assert kinds == ["user_activated", "user_deactivated"]


def test_the_last_active_admin_stays_one() -> None:
    ada, bob = make_user(Role.ADMIN), make_user(Role.ADMIN)
    users.deactivate(ada.id, actor=WHO, now=NOW)
    with pytest.raises(LastAdmin):
        users.deactivate(bob.id, actor=WHO, now=NOW)
    with pytest.raises(LastAdmin):
        users.change_role(bob.id, "manager", actor=WHO, now=NOW)
    users.change_role(bob.id, "admin", actor=WHO, now=NOW)
    users.activate(ada.id, actor=WHO, now=NOW)
    users.change_role(bob.id, "manager", actor=WHO, now=NOW)
    assert bob.role == "manager"


def test_two_admins_who_demote_each_other_leave_one(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        ids = [make_user(Role.ADMIN).id for _ in range(2)]

    def demote(user_id: int) -> bool:
        with fresh_app.app_context():
            try:
                users.change_role(user_id, "rep", actor=WHO, now=NOW)
                db.session.commit()
            except LastAdmin:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, ids)) == [False, True]


def test_a_new_password_ends_all_sessions(db_session: Session) -> None:
    user = create()
    user_sessions.open_session(user.id, now=NOW)
    uniquifier = user.fs_uniquifier
    users.set_password(user.id, "another password", actor=WHO, now=NOW)
    assert user.password is not None
    assert verify_password("another password", user.password)
    assert (sessions_of(db_session, user), user.fs_uniquifier == uniquifier) == (0, False)
    changed = last_event(db_session)
    assert (changed.kind, changed.data) == ("password_changed", {"user_id": user.id})


def test_a_password_that_is_none_names_its_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        users.set_password(create().id, "short", actor=WHO, now=NOW, field="new_password")
    assert refused.value.errors == (("new_password", "must have from 8 to 200 characters"),)


def test_a_reset_password_is_random_and_works() -> None:
    user = create()
    password = users.reset_password(user.id, actor=WHO, now=NOW)
    assert user.password is not None
    assert verify_password(password, user.password)
    assert password != users.reset_password(user.id, actor=WHO, now=NOW)


def test_a_change_of_name_is_an_event_without_the_name(db_session: Session) -> None:
    user = create()
    for _ in range(2):
        users.change_name(user.id, " Ada Lovelace ", actor=WHO, now=NOW)
    assert user.name == "Ada Lovelace"
    changed = db_session.scalars(select(Event).where(Event.kind == "user_changed")).one()
    assert changed.data == {"user_id": user.id, "fields": ["name"]}
    with pytest.raises(InvalidInput):
        users.change_name(user.id, "  ", actor=WHO, now=NOW)


def test_users_are_listed_by_name_the_deactivated_last() -> None:
    names = ["Zoe", "ada", "Bob"]
    made = [make_user(name=name) for name in names]
    users.deactivate(made[1].id, actor=WHO, now=NOW)
    assert [u.name for u in list_users() if u.name in names] == ["Bob", "Zoe", "ada"]


def test_expired_sessions_of_a_user_go_when_a_new_one_is_opened(db_session: Session) -> None:
    user = create()
    user_sessions.open_session(user.id, now=NOW)
    user_sessions.open_session(user.id, now=NOW + user_sessions.LONGEST * 2)
    assert sessions_of(db_session, user) == 1

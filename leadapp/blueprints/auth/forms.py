"""The forms of signing in and of changing one's password."""

from typing import Any

from flask_security.forms import ChangePasswordForm as SecurityChangePasswordForm
from flask_security.forms import LoginForm
from wtforms import EmailField, Field, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from leadapp.errors import InvalidInput
from leadapp.models import User
from leadapp.queries.users import find_user_by_email
from leadapp.services.passwords import MAX_LENGTH, MIN_LENGTH
from leadapp.services.users import checked_email

NOT_RIGHT = "The e-mail address or the password is not right."
_LENGTH = f"Take from {MIN_LENGTH} to {MAX_LENGTH} characters."


class SignInForm(LoginForm):
    """Who signs in. Whether the address or the password is wrong is not told."""

    user: User | None

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter your e-mail address.")],
        # It is shown again, and a page must not hold a NUL.
        filters=[lambda text: text and text.replace("\x00", "")],
    )
    password = PasswordField("Password", [InputRequired("Enter your password.")])
    next = HiddenField()
    remember = None  # type: ignore[assignment]  # this is how WTForms drops a field
    submit = None  # type: ignore[assignment]

    def validate(self, **kwargs: Any) -> bool:
        """Check the password; afterwards `user` is who it belongs to."""
        self.ifield = self.email
        self.user = self._find_user()
        password = self.password.data or ""
        tried = bool(self.email.data and password)
        # An argument of 200 characters costs the hash nothing; one of a megabyte would.
        if tried and len(password) <= MAX_LENGTH and super().validate(**kwargs):
            return True
        if not tried:
            super().validate(**kwargs)
        elif not self.user_authenticated:
            self.email.errors, self.password.errors = [], [NOT_RIGHT]
        return False

    def validate_next(self, field: Field) -> None:
        """Accept anything: a bad one leads to the board, see next_page."""

    @property
    def wrong_password(self) -> bool:
        """Whether a password was given and was not right."""
        return NOT_RIGHT in self.password.errors

    def _find_user(self) -> User | None:
        try:
            return find_user_by_email(checked_email(self.email.data or ""))
        except InvalidInput:
            return None


class ChangePasswordForm(SecurityChangePasswordForm):
    """The present password and the new one, twice."""

    password = PasswordField(
        "Present password", [InputRequired("Enter your present password."), Length(max=MAX_LENGTH)]
    )
    new_password = PasswordField(
        "New password",
        [
            InputRequired("Enter a new password."),
            Length(MIN_LENGTH, MAX_LENGTH, message=_LENGTH),
        ],
    )
    new_password_confirm = PasswordField(
        "New password again",
        [
            InputRequired("Enter the new password again."),
            EqualTo("new_password", "The two new passwords differ."),
        ],
    )
    submit = None  # type: ignore[assignment]

"""Settings: typed, read once from the environment, refused in one clear line."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent

Port = Annotated[int, Field(ge=1, le=65535)]


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that names it and what is allowed."""


class Settings(BaseSettings):
    """What an operator can set. Every field is one environment variable, named by its alias."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    database_url: str | None = Field(default=None, alias="DATABASE_URL")
    host: str = Field(default="127.0.0.1", alias="HOST")
    port: Port = Field(default=8000, alias="PORT")
    data_dir: Annotated[Path, NoDecode] = Field(
        default=PROJECT_ROOT / "instance", alias="LEADAPP_DATA_DIR"
    )
    demo: bool | None = Field(default=None, alias="LEADAPP_DEMO")
    admin_email: str | None = Field(default=None, alias="LEADAPP_ADMIN_EMAIL")
    admin_password: str | None = Field(
        default=None, alias="LEADAPP_ADMIN_PASSWORD", min_length=8, repr=False
    )
    secret_key: str | None = Field(default=None, alias="SECRET_KEY", min_length=32, repr=False)
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default=2, alias="LEADAPP_WORKERS")
    threads: Annotated[int, Field(ge=1, le=256)] = Field(default=4, alias="LEADAPP_THREADS")
    jobs: Annotated[int, Field(ge=0, le=32)] = Field(default=2, alias="LEADAPP_JOBS")
    secure_cookies: bool = Field(default=False, alias="LEADAPP_SECURE_COOKIES")
    proxies: Annotated[int, Field(ge=0, le=10)] = Field(default=0, alias="LEADAPP_PROXIES")
    adviser_url: str | None = Field(default=None, alias="LEADAPP_ADVISER_URL")
    adviser_model: str | None = Field(
        default=None, alias="LEADAPP_ADVISER_MODEL", validate_default=True
    )
    adviser_key: str | None = Field(
        default=None, alias="LEADAPP_ADVISER_KEY", pattern=r"^[!-~]+$", repr=False
    )
    adviser_daily: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=200, alias="LEADAPP_ADVISER_DAILY"
    )

    @field_validator("database_url")
    @classmethod
    def _use_psycopg(cls, value: str | None) -> str | None:
        """Accept the usual spellings of a PostgreSQL address and name our driver in it."""
        if value is None:
            return None
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
            raise ValueError("must begin with postgresql://")
        return f"postgresql+psycopg://{rest}"

    @field_validator("adviser_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """Refuse what is no address; a password in it would end up in logs."""
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("must look like https://host/v1, without a password")
        return value

    @field_validator("adviser_model")
    @classmethod
    def _goes_with_the_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("adviser_url") is not None:
            raise ValueError("is needed where LEADAPP_ADVISER_URL is set")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment and an optional `.env` file.

    `overrides` (field names) win over both. Raises SettingsError for the first bad value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else "settings"
        name = next(
            (str(f.alias) for n, f in Settings.model_fields.items() if field in {n, f.alias}), field
        )
        hidden = {"DATABASE_URL", "SECRET_KEY", "LEADAPP_ADMIN_PASSWORD"}
        hidden |= {"LEADAPP_ADVISER_URL", "LEADAPP_ADVISER_MODEL", "LEADAPP_ADVISER_KEY"}
        got = "" if name in hidden else f" (it is {first['input']!r})"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {reason[0].lower()}{reason[1:]}{got}.") from None

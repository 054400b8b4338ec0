"""What commands cannot work with: one line, status 2, no traceback."""

import pytest

from tests.cli.conftest import Run

NOWHERE = "postgresql://leadapp:secret-word@127.0.0.1:1/leadapp"


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("PORT", "abc", "PORT: "),
        ("PORT", "0", "PORT: "),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: must begin with postgresql://"),
        ("DATABASE_URL", NOWHERE, "DATABASE_URL: the database cannot be used: connection failed"),
        ("SECRET_KEY", "short", "SECRET_KEY: "),
        ("LEADAPP_ADMIN_EMAIL", "a@example.com", "LEADAPP_ADMIN_PASSWORD: is needed"),
        ("LEADAPP_DATA_DIR", "/proc/none", "/proc/none"),
        ("LEADAPP_ADVISER_URL", "ftp://host", "LEADAPP_ADVISER_URL: must look like https://"),
        ("LEADAPP_ADVISER_URL", "http://me:secret-word@host/v1", "LEADAPP_ADVISER_URL: must look"),
        ("LEADAPP_ADVISER_URL", "http://host/v1", "LEADAPP_ADVISER_MODEL: is needed where"),
        ("LEADAPP_ADVISER_KEY", "secret-word \u00e4", "LEADAPP_ADVISER_KEY: "),
        ("LEADAPP_ADVISER_DAILY", "0", "LEADAPP_ADVISER_DAILY: "),
        ("HOST", "192.0.2.1", "HOST: this machine has no address 192.0.2.1"),
        ("HOST", "no such host", "HOST: there is no address 'no such host' here"),
    ],
)
def test_bad_settings_stop_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, message: str
) -> None:
    monkeypatch.setenv(setting, value)
    result = run("serve")
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert message in line
    assert "secret-word" not in line


def test_a_database_without_tables_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    path, _, query = database.partition("?")
    monkeypatch.setenv("DATABASE_URL", f"{path.rsplit('/', 1)[0]}/template1?{query}")
    result = run("user", "list")
    assert result.exit_code == 2
    assert "run `leadapp migrate` first" in result.stderr

"""Where the embedded PostgreSQL cannot run, one line says why."""

import os
from pathlib import Path

import pytest

from leadapp.embedded import EmbeddedError, owner_of, serving


def refusal(data_dir: Path, **settings: str) -> str:
    with pytest.raises(EmbeddedError) as refused, serving(data_dir, settings=settings):
        pass
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for data_dir in (tmp_path / "file", tmp_path / "file" / "below"):
        assert refusal(data_dir).startswith(f"{data_dir} cannot be written (")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_closed_to_us(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert refusal(tmp_path) == (
        f"{tmp_path} cannot be written (Permission denied): "
        "set LEADAPP_DATA_DIR to a directory of your own"
    )


def test_data_of_another_version(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    assert "was made by PostgreSQL 15, this is 18" in refusal(tmp_path)


def test_something_else_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    assert "holds no PostgreSQL data" in refusal(tmp_path)


def test_a_server_that_does_not_start(tmp_path: Path) -> None:
    assert 'invalid value for parameter "shared_buffers"' in refusal(
        tmp_path, shared_buffers="plenty", fsync="off"
    )
    assert owner_of(tmp_path) is None

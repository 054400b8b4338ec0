"""The embedded PostgreSQL as its users see it: started, joined, killed, refused."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

import leadapp
from leadapp.embedded import Server, owner_of, serving

# What the tests kill is the process, not the machine.
QUICK = {"fsync": "off", "shared_buffers": "16MB"}
PATIENCE_SECONDS = 20

OWNER = """
import json, os, sys
from pathlib import Path
from leadapp.embedded import serving

with serving(Path(sys.argv[1]), settings=json.loads(sys.argv[2])) as server:
    print(json.dumps([str(server.socket_dir), server.started, server.fresh]), flush=True)
    sys.stdin.read()
"""


class First(NamedTuple):
    """A data directory and what its first start gave."""

    data_dir: Path
    server: Server


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    data_dir = tmp_path_factory.mktemp("a path") / "with späces" / "data"
    with serving(data_dir, settings=QUICK) as server:
        return First(data_dir, server)


@pytest.fixture
def data_dir(first: First) -> Path:
    return first.data_dir


@contextmanager
def owner_process(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that serves the directory until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir), json.dumps(QUICK)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(leadapp.__file__).parents[1])},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def served(process: subprocess.Popen[str]) -> Server:
    assert process.stdout
    socket_dir, started, fresh = json.loads(process.stdout.readline())
    return Server(Path(socket_dir), started=started, fresh=fresh)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def ends(*pids: int) -> Iterator[None]:
    """Check that these processes end soon after the block."""
    descriptors = [os.pidfd_open(pid) for pid in pids]
    try:
        yield
        for descriptor in descriptors:
            assert select.select([descriptor], [], [], PATIENCE_SECONDS)[0]
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def one(server: Server, query: str, *, role: str = "leadapp") -> object:
    with psycopg.connect(server.uri(role=role)) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_first_start_is_fresh_and_later_ones_are_not(first: First) -> None:
    assert first.server.started
    assert first.server.fresh
    assert not first.server.socket_dir.exists()
    with serving(first.data_dir, settings=QUICK) as again:
        assert again.started
        assert not again.fresh
        assert one(again, "SELECT 1") == 1


def test_is_set_up_for_leadapp(data_dir: Path) -> None:
    with serving(data_dir, settings=QUICK) as server:
        version = one(server, "SHOW server_version_num")
        assert str(version).startswith("18")
        assert one(server, "SHOW server_encoding") == "UTF8"
        assert one(server, "SHOW max_connections") == "100"
        assert one(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert one(server, "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"


def test_only_its_user_can_reach_it(data_dir: Path) -> None:
    with serving(data_dir, settings=QUICK) as server:
        assert one(server, "SHOW listen_addresses") == ""
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid != 0


def test_second_joins_the_first(data_dir: Path) -> None:
    with owner_process(data_dir) as owner:
        theirs = served(owner)
        with serving(data_dir) as joined:
            assert theirs.started
            assert not joined.started
            assert joined.url() == theirs.url()
            assert owner_of(data_dir) == owner.pid
        assert one(theirs, "SELECT 1") == 1


def test_two_at_once_on_nothing_make_one_server(tmp_path: Path) -> None:
    with owner_process(tmp_path / "new") as one_process, owner_process(tmp_path / "new") as other:
        servers = [served(one_process), served(other)]
        assert servers[0].url() == servers[1].url()
        assert sorted(server.fresh for server in servers) == [False, True]
        assert [one(server, "SELECT 1") for server in servers] == [1, 1]


def test_ends_with_its_owner(data_dir: Path) -> None:
    with owner_process(data_dir) as owner:
        server = served(owner)
        pid = postmaster(data_dir)
        with ends(pid, parent(pid)):
            assert owner.stdin
            owner.stdin.close()
            assert owner.wait() == 0
        assert owner_of(data_dir) is None
        assert not server.socket_dir.exists()


@pytest.mark.parametrize("victims", [["owner"], ["supervisor"], ["server", "supervisor", "owner"]])
def test_a_kill_leaves_no_process_and_loses_nothing(data_dir: Path, victims: list[str]) -> None:
    with owner_process(data_dir) as owner:
        server = served(owner)
        pid = postmaster(data_dir)
        pids = {"owner": owner.pid, "supervisor": parent(pid), "server": pid}
        with psycopg.connect(server.uri()) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (what text)")
            connection.execute("TRUNCATE kept")
            connection.execute("INSERT INTO kept VALUES ('a lead')")
        with ends(pids["supervisor"], pids["server"]):
            for victim in victims:
                os.kill(pids[victim], 9)
    with serving(data_dir, settings=QUICK) as again:
        assert again.started
        assert one(again, "SELECT what FROM kept") == "a lead"
    assert not server.socket_dir.exists()


def test_ctrl_c_reaches_the_owner_alone(data_dir: Path) -> None:
    with serving(data_dir, settings=QUICK):
        pid = postmaster(data_dir)
        assert os.getsid(pid) != os.getsid(0)
        assert os.getsid(parent(pid)) != os.getsid(0)


def test_databases_are_copied_and_dropped(data_dir: Path) -> None:
    with serving(data_dir, settings=QUICK) as server:
        server.drop_database("a copy")
        server.create_database("a copy", template="leadapp")
        with psycopg.connect(server.uri("a copy")) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
        with pytest.raises(psycopg.errors.DuplicateDatabase):
            server.create_database("a copy")
        with psycopg.connect(server.uri("a copy")):
            server.drop_database("a copy")
        assert one(server, "SELECT count(*) FROM pg_database WHERE datname = 'a copy'") == 0

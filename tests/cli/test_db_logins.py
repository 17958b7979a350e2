"""A server of one's own: the owner makes the roles and their passwords, and processes log in with those."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from guildhall.db.embedded import EmbeddedCluster
from guildhall.testing.cluster import POSTGRES
from tests.cli.test_cli import Shell

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedCluster]:
    """A server that asks for passwords, and whose roles these tests may change."""
    with (
        tempfile.TemporaryDirectory(prefix="gh-") as folder,
        EmbeddedCluster(Path(folder) / "cluster", POSTGRES, extra={"fsync": "off"}) as cluster,
    ):
        yield cluster


def owner_url(server: EmbeddedCluster) -> str:
    """The owner's URL, its password in it, as an operator writes it."""
    words = dict(line.split(":")[3:5] for line in server.passwords.read_text().split())
    return f"postgresql://postgres:{words['postgres']}@/guildhall?host={quote(str(server.data), safe='/')}"


def test_processes_log_in_with_the_passwords_that_the_owner_makes(server, tmp_path, monkeypatch):
    shell = Shell(tmp_path, database_url=owner_url(server))
    file = tmp_path / "logins"
    assert shell.run("db", "upgrade").returncode == 0

    unknown = shell.run("db", "check")
    made = shell.run("db", "passwords", str(file))
    monkeypatch.setenv("PGPASSFILE", str(file))
    known = Shell(tmp_path, database_url=owner_url(server))
    fit = known.run("db", "check")
    jobs = known.run("jobs", "list", "--counts", "--json")
    # A machine that only serves knows the server and a role's login, and nothing of the owner.
    serving = Shell(tmp_path, database_url=f"postgresql:///guildhall?host={quote(str(server.data), safe='/')}")
    alone = serving.run("db", "check")

    assert (unknown.returncode, "guildhall db passwords" in unknown.stderr) == (2, True)
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [line.split(":")[3] for line in file.read_text().split()] == [
        "guildhall_app", "guildhall_jobs", "guildhall_readonly",
    ]  # fmt: skip
    assert (fit.returncode, jobs.returncode) == (0, 0), fit.stderr + jobs.stderr
    assert alone.returncode == 0, alone.stderr


def test_a_login_that_leads_to_the_owner_ends_serve_in_one_line(server, tmp_path, monkeypatch):
    file = tmp_path / "logins"
    shell = Shell(tmp_path, database_url=owner_url(server))
    shell.run("db", "upgrade")
    shell.run("db", "passwords", str(file))
    monkeypatch.setenv("PGPASSFILE", str(file))
    shell = Shell(tmp_path, database_url=owner_url(server))
    with psycopg.connect(owner_url(server), autocommit=True) as owner:
        owner.execute("create role wide superuser; grant wide to guildhall_app")
        try:
            refused = shell.run("serve", "--role", "web", "--port", "0")
            check = shell.run("db", "check")
        finally:
            owner.execute("drop role wide")

    for result in (refused, check):
        assert result.returncode == 2
        assert "The login guildhall_app can become wide, who is a superuser" in result.stderr
        assert "Traceback" not in result.stderr


def test_psql_logs_in_as_who_only_looks(server, tmp_path):
    shell = Shell(tmp_path, embedded_version=str(POSTGRES))
    shell.run("db", "upgrade")

    who = shell.run("db", "psql", "--as", "readonly", "--", "-XAtc", "select session_user")
    jobs = shell.run("db", "psql", "--as", "readonly", "--", "-Xc", "select * from core.jobs")
    beside = shell.run("db", "psql", "--", "-Xc", r"\! test -r $PGPASSFILE && echo found")

    assert who.stdout.strip() == "guildhall_readonly", who.stderr
    assert "permission denied" in jobs.stderr
    assert "found" in beside.stdout

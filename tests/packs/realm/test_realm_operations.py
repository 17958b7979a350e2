"""What operators see and do: sizes, indexes, slow statements; servers, counts, files and the archive by command."""

import asyncio
import json
import sqlite3
from contextlib import closing

import asyncpg
import pytest
from typer.testing import CliRunner

from guildhall.cli.session import CommandSession
from guildhall.packs.realm.cli import commands
from guildhall.testing.people import sign_in
from guildhall.testing.settings import KEY
from tests.packs.realm.exchanging import full_file, value

OPERATIONS = "/api/v1/realm/operations"


async def test_administrators_see_sizes_and_what_indexes_are_used(guildhall):
    admin = await sign_in(guildhall, role="admin")
    await value(guildhall.runtime.url, "analyze realm.servers")

    tables = (await guildhall.get(f"{OPERATIONS}/tables", headers=admin.headers)).json
    realm = (await guildhall.get(f"{OPERATIONS}/tables?schema=realm", headers=admin.headers)).json
    indexes = (await guildhall.get(f"{OPERATIONS}/indexes?schema=realm", headers=admin.headers)).json

    by_name = {row["table"]: row for row in tables}
    assert by_name["realm.messages"]["partitions"] >= 3
    assert by_name["core.users"]["rows"] >= 0
    assert by_name["core.users"]["total_bytes"] >= by_name["core.users"]["table_bytes"] > 0
    assert {row["table"] for row in realm} == {name for name in by_name if name.startswith("realm.")}
    assert all("_20" not in row["table"] for row in tables)
    assert [row["scans"] for row in indexes] == sorted(row["scans"] for row in indexes)
    found = {(row["table"], row["index"]) for row in indexes}
    assert ("realm.messages", "messages_of_channel") in found
    assert len(found) == len(indexes)


async def test_what_runs_for_long_is_seen_while_it_runs(guildhall):
    admin = await sign_in(guildhall, role="admin")
    other = await asyncpg.connect(guildhall.runtime.url)
    sleeping = asyncio.create_task(other.execute("select pg_sleep(30) /* the long one */"))
    await asyncio.sleep(0.3)

    seen = (await guildhall.get(f"{OPERATIONS}/slow-queries?over_ms=100", headers=admin.headers)).json
    unseen = (await guildhall.get(f"{OPERATIONS}/slow-queries?over_ms=25000", headers=admin.headers)).json

    assert seen["source"] == "running"
    (line,) = [one for one in seen["statements"] if "the long one" in one["statement"]]
    assert line["calls"] == 1
    assert line["worst_ms"] >= 100
    assert unseen["statements"] == []
    await value(
        guildhall.runtime.url,
        """select pg_cancel_backend(pid) from pg_stat_activity
           where query like '%the long one%' and pid <> pg_backend_pid()""",
    )
    with pytest.raises(asyncpg.QueryCanceledError):
        await sleeping
    await other.close()


@pytest.mark.parametrize("path", ["tables", "indexes", "slow-queries"])
async def test_only_administrators_look(guildhall, path):
    member = await sign_in(guildhall)
    moderator = await sign_in(guildhall, role="moderator")

    assert (await guildhall.get(f"{OPERATIONS}/{path}")).status == 401
    for somebody in (member, moderator):
        assert (await guildhall.get(f"{OPERATIONS}/{path}", headers=somebody.headers)).status == 403


@pytest.mark.parametrize(
    "query", ["tables?schema=x;y", "indexes?schema=", "slow-queries?over_ms=0", "slow-queries?over_ms=x"]
)
async def test_nonsense_is_refused(guildhall, query):
    admin = await sign_in(guildhall, role="admin")

    assert (await guildhall.get(f"{OPERATIONS}/{query}", headers=admin.headers)).status == 400


@pytest.fixture
def run(clone, tmp_path, monkeypatch):
    """Runs commands on the test's database; gives what they print, or the exit status when it is not 0."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("DATABASE_URL", clone), ("HOME", str(tmp_path / "home")), ("IDENTITY_JWT_SECRET", KEY)):
        monkeypatch.setenv(f"GUILDHALL_{name}", text)

    def command(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(commands, list(arguments), obj=CommandSession())
        assert result.exit_code == status, (result.output, result.exception)
        return result.stdout

    return command


def test_servers_are_opened_listed_and_counted(run):
    made = json.loads(
        run("servers", "add", "Nordrassil", "--region", "eu", "--capacity", "5", "--language", "de", "--json")
    )
    listed = json.loads(run("servers", "list", "--region", "eu", "--json"))

    assert listed == [made]
    assert (made["name"], made["capacity"], made["language"], made["pvp_enabled"]) == ("Nordrassil", 5, "de", True)
    assert "Nordrassil" in run("servers", "list")
    assert json.loads(run("servers", "list", "--region", "us", "--json")) == []
    run("servers", "add", "x", "--region", "eu", "--capacity", "0", status=2)
    run("servers", "add", " ", "--region", "eu", status=2)
    assert json.loads(run("recount", "--json")) == {"messages": 0, "populations": 0}
    assert "were wrong" in run("recount")


def test_files_go_in_and_out_by_command(run, tmp_path):
    full_file(tmp_path / "in.sqlite3")
    with closing(sqlite3.connect(tmp_path / "in.sqlite3", isolation_level=None)) as file:
        file.execute(
            "insert into messages (id, type, user_id, server_id, content) values ('x', 'user', 'nobody', '1', 'hi')"
        )

    trial = run("import", "in.sqlite3", "--dry-run", status=1)
    done = json.loads(run("import", "in.sqlite3", "--rejects", "bad.ndjson", "--json", status=1))
    again = run("import", "in.sqlite3", status=1)
    run("import", "in.sqlite3", "--map", "nonsense", status=2)
    out = json.loads(run("export", "out.sqlite3", "--json"))
    table = run("export", "nordrassil.sqlite3", "--server", "Nordrassil")

    assert "nothing was kept" in trial
    assert "there is no user 'nobody'" in trial
    assert sum(one["added"] for one in done["tables"] if one["table"] == "messages") == 3
    (line,) = [json.loads(text) for text in (tmp_path / "bad.ndjson").read_text().splitlines()]
    assert (line["table"], line["reason"], line["contents"]["content"]) == (
        "messages",
        "there is no user 'nobody'",
        "hi",
    )
    assert "taken in before" in again
    assert out["rows"]["messages"] == 3
    assert "messages" in table
    assert (tmp_path / "nordrassil.sqlite3").stat().st_mode & 0o777 == 0o600


def test_the_archive_is_made_searched_and_put_back_by_command(run, tmp_path):
    full_file(tmp_path / "in.sqlite3")
    run("import", "in.sqlite3")

    made = json.loads(run("archive", "run", "--before", "2026-03-01", "--json"))
    listed = json.loads(run("archive", "list", "--json"))
    found = run(
        "archive", "query", "--server", "Nordrassil", "--channel", "hall", "--author", "Ann", "--words", "hallo"
    )
    page = json.loads(run("archive", "query", "--deleted", "--limit", "1", "--json"))
    rest = json.loads(run("archive", "query", "--deleted", "--after", page["next"], "--json"))

    assert [(one["month"], one["messages"]) for one in made if one["file"]] == [("2025-11-01", 2), ("2025-12-01", 1)]
    assert [one["state"] for one in listed] == ["archived", "archived"]
    assert found == "2025-11-03 10:00:00 #hall Ann: Hallo Ω 🐉\n"
    assert (len(page["messages"]), len(rest["messages"]), rest["next"]) == (1, 2, None)
    assert run("archive", "query", "--since", "2026-01-01") == ""
    assert run("archive", "verify").endswith("2 files, 0 of them damaged\n")
    assert json.loads(run("archive", "restore", "2025-12", "--json"))["messages"] == 1
    for file in (tmp_path / "home" / "archive" / "realm").glob("messages-2025-11*"):
        file.unlink()
    assert "1 of them damaged" in run("archive", "verify", status=1)


def test_operators_see_the_same_by_command(run):
    shown = run("monitor")
    found = json.loads(run("monitor", "--over-ms", "60000", "--json"))

    assert "realm.messages" in shown
    assert "slow_statement" in shown
    assert found["slow"] == {"source": "running", "over_ms": 60000.0, "statements": []}
    assert {row["table"].split(".")[0] for row in found["tables"]} == {"realm"}

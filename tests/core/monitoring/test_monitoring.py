"""The state of the database, as operators see it: sizes, indexes, slow statements."""

import asyncio
import json

import asyncpg
import pytest
from typer.testing import CliRunner

from guildhall.cli import db as commands_of_db
from guildhall.cli.session import CommandSession
from guildhall.testing.people import sign_in
from guildhall.testing.settings import KEY
from tests.packs.realm.exchanging import value

OPERATIONS = "/api/v1/operations"


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

    seen = (await guildhall.get(f"{OPERATIONS}/slow-statements?over_ms=100", headers=admin.headers)).json
    unseen = (await guildhall.get(f"{OPERATIONS}/slow-statements?over_ms=25000", headers=admin.headers)).json

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


@pytest.mark.parametrize("path", ["tables", "indexes", "slow-statements"])
async def test_only_administrators_look(guildhall, path):
    member = await sign_in(guildhall)
    moderator = await sign_in(guildhall, role="moderator")

    assert (await guildhall.get(f"{OPERATIONS}/{path}")).status == 401
    for somebody in (member, moderator):
        assert (await guildhall.get(f"{OPERATIONS}/{path}", headers=somebody.headers)).status == 403


@pytest.mark.parametrize(
    "query", ["tables?schema=x;y", "indexes?schema=", "slow-statements?over_ms=0", "slow-statements?over_ms=x"]
)
async def test_nonsense_is_refused(guildhall, query):
    admin = await sign_in(guildhall, role="admin")

    assert (await guildhall.get(f"{OPERATIONS}/{query}", headers=admin.headers)).status == 400


def test_operators_see_the_same_by_command(clone, tmp_path, monkeypatch):
    for name, text in (("DATABASE_URL", clone), ("HOME", str(tmp_path)), ("IDENTITY_JWT_SECRET", KEY)):
        monkeypatch.setenv(f"GUILDHALL_{name}", text)

    def run(*arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(commands_of_db.commands, ["monitor", *arguments], obj=CommandSession())
        assert result.exit_code == status, (result.output, result.exception)
        return result.stdout

    found = json.loads(run("--over-ms", "60000", "--json"))

    assert {"core", "dota2", "eve", "realm"} <= {row["table"].split(".")[0] for row in found["tables"]}
    assert found["slow"] == {"source": "running", "over_ms": 60000.0, "statements": []}
    only = json.loads(run("--schema", "core", "--json"))
    assert {row["table"].split(".")[0] for row in only["tables"]} == {"core"}
    assert "core.users" in run()
    run("--over-ms", "0", status=2)

"""`guildhall social`."""

import asyncio
import json
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from guildhall.cli.main import app
from guildhall.core.notify.kinds import NoticeKind
from guildhall.core.social.broadcasts.actions import tell_followers
from tests.core.social.make import API, follow, make_people, make_person

KIND = NoticeKind("test_published", "Something new", "{count} new things")


@pytest.fixture
def run(clone, monkeypatch):
    """Run a command on the test's database."""
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", clone)

    async def command(*words: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["social", *words])

    return command


async def test_operators_mark_profiles(run, guildhall):
    await make_person(guildhall, "anna")

    words = [
        (await run(*line)).stdout.strip()
        for line in (("verify", "Anna"), ("creator", "anna"), ("unverify", "anna"), ("creator", "anna", "--no"))
    ]
    shown = json.loads((await run("show", "anna", "--json")).stdout)
    table = (await run("show", "anna")).stdout
    missing = await run("verify", "nobody")

    assert words == [
        "Anna is verified", "anna is verified and a creator", "anna is a creator", "anna is not marked",
    ]  # fmt: skip
    assert (shown["handle"], shown["is_verified"]) == ("anna", False)
    assert "anna" in table
    assert missing.exit_code == 1
    acts = await guildhall.rows("select act, actor_id from core.audit_log")
    assert acts == [{"act": "profile_marked", "actor_id": None}] * 4


async def test_operators_take_a_handle_away(run, guildhall):
    anna = await make_person(guildhall, "anna")

    renamed = await run("rename", "anna", "Not-Anna", "--json")
    refused = [await run("rename", "not-anna", name) for name in ("admin", "x")]
    back = await anna.put(f"{API}/me/profile", json={"handle": "anna"})
    other = await (await guildhall.sign_in()).put(f"{API}/me/profile", json={"handle": "anna"})

    assert json.loads(renamed.stdout) == {"handle": "not-anna"}
    assert [one.exit_code for one in refused] == [1, 1]
    assert back.code == "social.handle_changed_lately"
    assert other.code == "social.handle_taken"
    await guildhall.execute("update core.profiles set handle_changed_at = null")
    assert (await anna.put(f"{API}/me/profile", json={"handle": "anna"})).code == "social.handle_taken"


async def test_broadcasts_are_listed_stopped_and_resumed(run, guildhall):
    anna, bert = await make_people(guildhall, ["anna", "bert"])
    await follow(anna, bert)
    async with guildhall.runtime.db.write(bert.viewer) as tx:
        made = await tell_followers(tx, bert.id, KIND, uuid4(), "Version 2", "", occurrence_key="k")
    beginning = str(made)[:18]

    listed = json.loads((await run("broadcasts", "--json")).stdout)
    stopped = await run("stop", beginning)
    none = json.loads((await run("broadcasts", "--json")).stdout)
    all_ = (await run("broadcasts", "--all")).stdout
    resumed = await run("resume", str(made))
    again = await run("resume", str(made))
    missing = await run("stop", str(uuid4()))

    assert [(one["id"], one["handle"], one["told"], one["followers"]) for one in listed] == [(str(made), "bert", 0, 1)]
    assert (stopped.stdout.strip(), resumed.stdout.strip()) == ("stopped", "resumed")
    assert none == []
    assert "Version 2" in all_
    assert "stopped" in all_
    assert (again.exit_code, missing.exit_code) == (1, 1)
    assert json.loads((await run("broadcasts", "--all", "--limit", "1", "--after", str(made), "--json")).stdout) == []

"""`guildhall users …`, in processes of its own."""

import json
import os
import subprocess
import sys

import pytest

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.db.connection import connect
from guildhall.db.policies import JOBS
from guildhall.testing.people import make_user, sign_in


@pytest.fixture
def users(tmp_path, clone):
    """Runs a command in a folder of its own, on the test's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUILDHALL_", "COV_"))}
    environment = {
        **kept, "GUILDHALL_HOME": str(tmp_path / "home"), "GUILDHALL_DATABASE_URL": clone, "COLUMNS": "200",
        "NO_COLOR": "1",
    }  # fmt: skip

    def run(*arguments: object, given=""):
        return subprocess.run(
            [sys.executable, "-m", "guildhall.cli", "users", *map(str, arguments)],
            cwd=tmp_path, env=environment, input=given, text=True, capture_output=True, timeout=90, check=False,
        )  # fmt: skip

    return run


async def row(url, user_id):
    connection = await connect(url, JOBS)
    found = await connection.fetchrow("select role, suspended_at, name from core.users where id = $1", user_id)
    await connection.close()
    return found


async def test_users_are_listed_and_promoted_by_id_or_address(users, clone):
    ann = await make_user(clone, name="Ann", email="ann@example.com")
    ben = await make_user(clone, name="Ben")

    promoted = users("role", "Ann@Example.com", "moderator")
    assert (promoted.returncode, promoted.stdout) == (0, "Ann is moderator\n"), promoted.stderr
    assert users("role", ben, "admin").returncode == 0
    assert users("role", ben, "king").returncode == 2
    listed = json.loads(users("list", "--json").stdout)
    assert [(one["id"], one["role"]) for one in listed] == [(str(ben), "admin"), (str(ann), "moderator")]
    assert [one["name"] for one in json.loads(users("list", "--json", "--role", "moderator").stdout)] == ["Ann"]
    assert "ann@example.com" in users("list").stdout


async def test_a_suspension_ends_the_sessions_at_once_and_is_taken_back(users, guildhall):
    ann = await sign_in(guildhall, name="Ann")
    assert (await guildhall.get("/api/v1/me", headers=ann.headers)).status == 200

    suspended = users("suspend", ann.id)

    assert suspended.stdout == "suspended, 1 sessions ended\n", suspended.stderr
    assert (await guildhall.get("/api/v1/me", headers=ann.headers)).status == 401
    assert [one["name"] for one in json.loads(users("list", "--suspended", "--json").stdout)] == ["Ann"]
    assert users("restore", ann.id).returncode == 0
    assert (await row(guildhall.runtime.url, ann.id))["suspended_at"] is None


async def test_somebody_is_exported_into_a_new_file_and_deleted(users, clone, tmp_path):
    ann = await make_user(clone, name="Ann", email="ann@example.com")

    assert users("export", ann, "-o", tmp_path / "ann.json").returncode == 0
    assert json.loads((tmp_path / "ann.json").read_text())["tables"]["core.users"][0]["name"] == "Ann"
    assert json.loads(users("export", "ann@example.com").stdout)["user_id"] == str(ann)
    assert users("delete", ann, given="n\n").returncode == 1
    assert (await row(clone, ann))["name"] == "Ann"

    assert users("delete", ann, "--yes").stdout == "deleted\n"

    assert await row(clone, ann) is None
    connection = await connect(clone, JOBS)
    told = await connection.fetchval("select count(*) from core.jobs where job_type = $1", AccountDeleted.name)
    await connection.close()
    assert told == 1


@pytest.mark.parametrize("user", ["nobody@example.com", "no address", "01a1fb98-52be-7de4-8a0f-f9086c7b128f"])
def test_nobody_of_that_name_is_one_line(users, user):
    for command in (("suspend", user), ("export", user), ("delete", user, "--yes"), ("role", user, "admin")):
        done = users(*command)
        assert (done.returncode, done.stderr) == (1, "guildhall: No such account.\n")


async def test_a_lost_second_factor_is_forgotten(users, clone):
    ann = await make_user(clone, email="ann@example.com")
    connection = await connect(clone, JOBS)
    await connection.execute("insert into core.totp (user_id, secret, confirmed_at) values ($1, 'sealed', now())", ann)
    await connection.execute("insert into core.recovery_codes (code_hash, user_id) values (sha256('1'), $1)", ann)

    done = users("recover", "ann@example.com", "--yes")

    assert done.returncode == 0, done.stderr
    assert await connection.fetchval("select count(*) from core.totp") == 0
    assert await connection.fetchval("select count(*) from core.recovery_codes") == 0
    kinds = [row[0] for row in await connection.fetch("select kind from core.security_events where user_id = $1", ann)]
    await connection.close()
    assert kinds == ["second_factor_off"]
    assert users("recover", "ann@example.com", "--yes").returncode == 1


async def test_a_token_of_a_made_up_person_is_the_same_each_time(users, guildhall):
    first, again, other = (users("token", "tower:read", "live:connect"), users("token", "live:connect", "tower:read"),
                           users("token", "live:connect", "--name", "Ben"))  # fmt: skip
    tokens = [run.stdout.strip() for run in (first, again, other)]
    answers = [
        await guildhall.get("/api/v1/live/events?topic=x:y", headers={"Authorization": f"Bearer {token}"})
        for token in (tokens[0], tokens[2])
    ]
    assert (first.returncode, tokens[0]) == (0, tokens[1]), first.stderr
    assert [one.code for one in answers] == ["realtime.unknown_topic", "realtime.unknown_topic"]
    assert users("token", "everything").returncode == 2
    assert users("token", "live:connect", "--name", "a b").returncode == 2

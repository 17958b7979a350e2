"""The seed of a development database: exactly what is described, and the same the second time."""

import json
import subprocess
import sys
from uuid import UUID

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.connection import connect
from guildhall.packs.eve.demo import prepare
from guildhall.packs.eve.sandbox import pilot_ids
from guildhall.packs.eve.seed import PILOT1, PILOT2, seed, seeded_pilots
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.testing.people import sign_in
from guildhall.testing.settings import KEY
from tests.packs.eve.make import running_engine, running_sandbox

SETTINGS = EveSettings(_env_file=None)  # type: ignore[call-arg]
FREE, TAKEN = UUID(int=7), UUID(int=8)
COUNTS = {
    "core.users": 2,
    "eve.characters": 3,
    "core.sessions": 2,
    "core.jobs": 3,
    "core.cached_data": 2,
    "core.notification_log": 4,
    "core.user_settings": 2,
}


@pytest.fixture
def vault():
    return Vault(VaultSettings(_env_file=None, encryption_key=KEY))  # type: ignore[call-arg, arg-type]


@pytest.fixture
def tokens():
    return AccessTokens(IdentitySettings(_env_file=None, jwt_secret=KEY), Clock())  # type: ignore[call-arg, arg-type]


async def test_the_seed_is_what_is_described_once_and_again(clone, jobs_db, vault, tokens):
    for _ in range(2):
        done = await seed(jobs_db, vault, tokens, SETTINGS)
        connection = await asyncpg.connect(clone)
        try:
            found = {table: await connection.fetchval(f"select count(*) from {table}") for table in COUNTS}
            assert found == COUNTS
            assert (done.users, done.characters, done.sessions, done.jobs) == (2, 3, 2, 3)
            assert (done.cached_answers, done.notifications, done.settings) == (2, 4, 2)
            users = await connection.fetch(
                "select u.email, u.subscription_tier, count(c.id) as characters from core.users u "
                "join eve.characters c on c.user_id = u.id group by 1, 2 order by 1"
            )
            assert [tuple(row) for row in users] == [
                ("pilot1@example.com", "free", 2),
                ("pilot2@example.com", "premium", 1),
            ]
            statuses = await connection.fetch("select type, status from core.notification_log")
            assert len({row["type"] for row in statuses}) == 4
            assert {row["status"] for row in statuses} == {"pending", "sent", "failed", "read"}
            jobs = await connection.fetch("select status from core.jobs order by 1")
            assert [row["status"] for row in jobs] == ["completed", "failed", "pending"]
            assert await connection.fetchval("select count(device_token) from core.sessions") == 2
            keys = await connection.fetch("select cache_key from core.cached_data order by 1")
            assert [row["cache_key"] for row in keys] == [
                "esi:market:10000002:orders:34:all:1",
                "esi:universe:types:34",
            ]
            for row in await connection.fetch("select id, access_token, refresh_token from eve.characters"):
                assert row["access_token"].count(":") == row["refresh_token"].count(":") == 2
                assert vault.open(REFRESH_TOKEN, row["id"], row["refresh_token"]).reveal()
                assert vault.open(ACCESS_TOKEN, row["id"], row["access_token"]).reveal()
        finally:
            await connection.close()


async def test_the_seeded_answers_are_served_without_esi(jobs_db, vault, tokens, start_guildhall):
    await seed(jobs_db, vault, tokens, SETTINGS)
    server = await start_guildhall()
    person = await sign_in(server, PILOT1)
    answer = await server.get("/api/v1/eve/types/34", headers=person.headers)
    assert (answer.status, answer.json["name"]) == (200, "Tritanium")
    market = await server.get("/api/v1/eve/market/10000002/orders?type_id=34", headers=person.headers)
    assert (market.status, market.json["items"][0]["price"]) == (200, "5.25")
    other = await sign_in(server, PILOT2)
    overview = (await server.get("/api/v1/eve/overview", headers=other.headers)).json
    assert [one["character_id"] for one in overview["characters"]] == seeded_pilots(SETTINGS)[2:]


async def test_the_seeds_pilots_are_alive_in_the_sandbox(clone, vault, tokens):
    async with running_sandbox(pilots=SETTINGS.sandbox_pilots) as sandbox:
        assert seeded_pilots(SETTINGS) == pilot_ids(sandbox.options)[:3]
        async with running_engine(clone, sandbox) as engine:
            await seed(engine.db, vault, tokens, engine.settings)
            rows = await engine.rows("select id from eve.characters")
            reports = await engine.syncer.sync([row["id"] for row in rows], requested=True)
            assert [report.failed for report in reports] == [{}, {}, {}]
            states = await engine.rows("select token_state, last_sync_at from eve.characters")
            assert all(row["token_state"] == "valid" and row["last_sync_at"] for row in states)


def run(url: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "guildhall.cli", *arguments],
        check=False, capture_output=True, text=True, timeout=60,
        env={
            "PATH": "/usr/bin:/bin", "GUILDHALL_DATABASE_URL": url, "GUILDHALL_VAULT_ENCRYPTION_KEY": KEY,
            "GUILDHALL_IDENTITY_JWT_SECRET": KEY, "GUILDHALL_EVE_ESI_URL": "http://127.0.0.1:1", **environment,
        },
    )  # fmt: skip


async def test_the_commands_seed_and_show_without_a_token(clone):
    done = run(clone, "db", "seed", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["eve"]["characters"] == 3
    characters = run(clone, "eve", "characters", "--json")
    rows = json.loads(characters.stdout)
    assert {row["character_id"] for row in rows} == set(seeded_pilots(SETTINGS))
    assert "refresh" not in characters.stdout
    status = json.loads(run(clone, "eve", "status", "--json").stdout)
    assert status["characters"] == {"valid": 3}
    unknown = run(clone, "eve", "sync", "5")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    refused = run(clone, "db", "seed", GUILDHALL_ENVIRONMENT="production")
    assert (refused.returncode, "development only" in refused.stderr) == (2, True)


async def test_the_seed_brings_back_what_is_missing_and_nothing_that_others_have(clone, jobs_db, vault, tokens):
    first = await seed(jobs_db, vault, tokens, SETTINGS)
    connection = await connect(clone)
    await connection.execute("delete from core.users where id = $1", PILOT1)

    again = await seed(jobs_db, vault, tokens, SETTINGS)

    assert (again.users, again.characters) == (first.users, first.characters)
    await connection.execute("delete from core.users where id = $1", PILOT1)
    await connection.execute("insert into core.users (id, name) values ($1, 'Another')", FREE)
    for pilot in seeded_pilots(SETTINGS)[:2]:
        await connection.execute(
            "insert into core.identities (id, user_id, provider, subject, name)"
            " values (gen_random_uuid(), $1, 'eve', $2, 'P')",
            FREE,
            str(pilot),
        )
    others = await seed(jobs_db, vault, tokens, SETTINGS)
    assert (others.users, others.characters) == (2, 1), "nobody is robbed of a pilot"
    await connection.execute("delete from core.users where id = $1", PILOT1)
    await connection.execute("insert into core.users (id, name, email) values ($1, 'C', 'pilot1@example.com')", TAKEN)
    others = await seed(jobs_db, vault, tokens, SETTINGS)
    assert (others.users, others.characters) == (1, 1), "nobody is robbed of an address"
    await connection.close()


async def test_the_demo_begins_without_a_failed_job(clone, jobs_db, vault, tokens):
    await seed(jobs_db, vault, tokens, SETTINGS)

    async with jobs_db.write() as tx:
        await prepare(tx, SETTINGS)

    connection = await connect(clone)
    assert await connection.fetchval("select count(*) from core.jobs where status = 'failed'") == 0
    await connection.close()

"""An export has everything of a person, nothing of another, and no secret."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
from guildhall.core.identity.accounts.errors import ExportBusy
from guildhall.core.identity.accounts.exports import Exporter
from guildhall.core.identity.feature import IDENTITY
from guildhall.db.connection import connect
from guildhall.db.policies import APP
from guildhall.ids import uuid7
from guildhall.testing.checks.privacy import REACHED, faults_of_export
from guildhall.testing.people import make_user, sign_in

PARTS = [export for one in (*FEATURES, *BUILT_IN) for part in one.process_parts() for export in part.exports]
LEFT_OUT = {
    "core.spent_refresh_tokens": "hashes of tokens that are good for nothing; their sessions are exported",
    "core.oauth_flows": "sign-ins under way: minutes old, all secrets",
    "core.sign_in_challenges": "sign-ins under way: minutes old, all secrets",
    "core.last_activities": "the latest id of core.activities, which are exported",
    "core.follow_deltas": "changes of the numbers of core.follow_counts, added to them within a minute",
    "core.live_events": "what others were told within a day; where it comes from is exported",
    "poe2.build_ratings": "figures of a build: nobody is in them",
    "poe2.build_search": "words and facts of a build that the search finds it by; the builds are exported",
    "poe2.build_view_days": "counts of a build by day: nobody is in them",
    "poe2.ggg_calls": "calls of the last hours that the limits of the game's API count: nothing is in them",
    "poe2.ggg_halts": "pauses that the game's API asked for, until they are over",
    "poe2.meta_changes": "ids of those whom the meta looks at again within a minute",
    "poe2.meta_entries": "what the meta counts of snapshots and builds, which are exported",
    "realm.message_keys": "clients' own names for messages of a day; the messages are exported",
    "realm.party_members": "who else is in a party; one's own place is exported with realm.parties",
    "realm.raid_pulls": "attempts of a raid: nobody is in them",
    "realm.territories": "places of a server: nobody is in them",
    "realm.message_words": "made from the messages, which are exported",
}
"""Tables with rows of a person that an export does not have, and why."""


async def test_every_table_with_rows_of_a_person_is_exported_or_left_out_for_a_reason(tx):
    reached = {row[0] for row in await tx.connection.fetch(REACHED)}
    exported = {part.table for part in PARTS}

    assert {"core.users", "core.identities", "core.security_events"} <= reached
    assert reached - exported - set(LEFT_OUT) == set(), "add an Export to the slice that owns the table"
    assert set(LEFT_OUT) & exported == set()
    assert set(LEFT_OUT) - reached == set(), "these are not there any more"


def test_a_table_is_exported_once():
    tables = [part.table for part in PARTS]

    assert sorted(tables) == sorted(set(tables))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.table)
async def test_a_part_runs_as_its_owner_and_tells_no_secret(worker_url, part):
    connection = await connect(worker_url, APP)
    try:
        assert await faults_of_export(connection, part) == []
    finally:
        await connection.close()


async def fill(url, user_id, mark):
    """A row of each kind for a person; `mark` is in everything that tells."""
    now = "now()"
    connection = await asyncpg.connect(url)
    await connection.execute("update core.users set stripe_customer_id = $2 where id = $1", user_id, f"cus_{mark}")
    for sql in (
        f"insert into core.identities (id, user_id, provider, subject) values (gen_random_uuid(), $1, 'eve', '{mark}')",
        f"""insert into core.api_tokens (id, user_id, name, token_hash, scopes)
            values (gen_random_uuid(), $1, '{mark}', sha256('{mark}'), '{{}}')""",
        f"""insert into core.email_tokens (token_hash, user_id, purpose, email, expires_at)
            values (sha256('{mark}'), $1, 'verify_email', '{mark}@example.com', {now})""",
        "insert into core.totp (user_id, secret) values ($1, 'sealed')",
        f"insert into core.recovery_codes (code_hash, user_id) values (sha256('{mark}'), $1)",
        f"""insert into core.passkeys (id, user_id, credential_id, public_key, name)
            values (gen_random_uuid(), $1, '{mark}', 'key', '{mark}')""",
        "insert into core.user_settings (id, user_id) values (gen_random_uuid(), $1)",
        f"""insert into core.stripe_customers (customer_id, user_id, event_at, event_mark)
            values ('cus_{mark}', $1, {now}, '')""",
        f"""insert into core.stripe_subscriptions (subscription_id, customer_id, user_id, status, renews, event_at,
            event_mark) values ('sub_{mark}', 'cus_{mark}', $1, 'active', true, {now}, '')""",
        f"""insert into core.security_events (id, at, user_id, kind, outcome, details)
            values (gen_random_uuid(), {now}, $1, 'test', 'ok', '{{"mark": "{mark}"}}')""",
    ):
        await connection.execute(sql, user_id)
    await connection.close()


async def test_an_export_has_all_of_one_person_and_nothing_of_another(guildhall):
    ann = await sign_in(guildhall, name="Ann Ω", email="ann@example.com", password_hash="$argon2id$unspoken")
    ben = await sign_in(guildhall, name="Ben", email="ben@example.com")
    await fill(guildhall.runtime.url, ann.id, "annsmark")
    await fill(guildhall.runtime.url, ben.id, "bensmark")

    answer = await guildhall.get("/api/v1/me/export", headers=ann.headers)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    document = json.loads(answer.body)
    assert document["user_id"] == str(ann.id)
    assert set(document["tables"]) == {part.table for part in PARTS}
    assert document["tables"]["core.users"][0]["name"] == "Ann Ω"
    core = {table: len(rows) for table, rows in document["tables"].items() if table.startswith("core.")}
    own = {export.table for part in IDENTITY.process_parts() for export in part.exports}
    assert {table: core[table] for table in core if table in own} == dict.fromkeys(own, 1)
    for foreign in (b"bensmark", b"ben@example.com", str(ben.id).encode(), b"unspoken", b"sealed"):
        assert foreign not in answer.body
    assert ann.tokens.refresh_token.encode() not in answer.body


async def test_an_export_of_many_rows_is_whole(guildhall):
    ann = await sign_in(guildhall)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute(
        """
        insert into core.security_events (id, at, user_id, kind, outcome, agent)
        select gen_random_uuid(), now() - n * interval '1 second', $1, 'test', 'ok', repeat('x', 200)
        from generate_series(1, 12000) n
        """,
        ann.id,
    )
    await connection.close()

    answer = await guildhall.get("/api/v1/me/export", headers=ann.headers)

    assert len(answer.body) > 4_000_000  # past what is kept in memory
    assert len(json.loads(answer.body)["tables"]["core.security_events"]) == 12_000


async def test_exports_wait_for_each_other_and_too_many_are_refused(guildhall, monkeypatch):
    exporter = guildhall.runtime.provided[Exporter]
    gate, running = asyncio.Event(), []

    async def held(user_id, file):
        running.append(user_id)
        await gate.wait()

    monkeypatch.setattr(exporter, "_write", held)
    tasks = [asyncio.create_task(exporter.export(uuid7())) for _ in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(ExportBusy):
        await exporter.export(uuid7())
    assert len(running) == 2

    gate.set()
    for pieces in await asyncio.gather(*tasks):
        assert [piece async for piece in pieces] == []


async def test_nobody_exports_without_signing_in(guildhall):
    assert (await guildhall.get("/api/v1/me/export")).status == 401


async def test_an_old_session_exports_too(guildhall):
    """It is the person's own; only what changes the account wants a fresh proof."""
    user = await make_user(guildhall.runtime.url)
    person = await sign_in(guildhall, user)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("update core.sessions set created_at = now() - $1::interval", timedelta(days=3))
    await connection.close()

    assert (await guildhall.get("/api/v1/me/export", headers=person.headers)).status == 200

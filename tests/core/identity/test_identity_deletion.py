"""A deleted account leaves nothing, and everybody who has to hear of it does."""

import asyncpg
import msgspec
import pytest

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.testing.checks.privacy import REACHED
from guildhall.testing.people import make_user, sign_in
from tests.core.identity.test_identity_export import fill

GOOD = "correct horse battery"
OWNERS = """
select n.nspname || '.' || t.relname, a.attname
from pg_attribute a
join pg_class t on t.oid = a.attrelid
join pg_namespace n on n.oid = t.relnamespace
where t.relkind in ('r', 'p') and not t.relispartition and a.attnum > 0 and not a.attisdropped
  and n.nspname not in ('pg_catalog', 'information_schema') and a.atttypid = 'uuid'::regtype
"""


async def places_of(url, user_id):
    """Every table and column of the database that still names somebody."""
    connection = await asyncpg.connect(url)
    found = []
    for table, column in await connection.fetch(OWNERS):
        if await connection.fetchval(f'select exists (select from {table} where "{column}" = $1)', user_id):
            found.append(f"{table}.{column}")
    await connection.close()
    return sorted(found)


async def delete(guildhall, person, **body):
    return await guildhall.request("DELETE", "/api/v1/me", json=body, headers=person.headers)


async def test_an_account_is_gone_with_every_row_and_its_sessions_are_dead_at_once(guildhall, start_guildhall):
    other = await start_guildhall()
    ann, ben = await sign_in(guildhall, name="Ann"), await sign_in(guildhall, name="Ben")
    await fill(guildhall.runtime.url, ann.id, "annsmark")
    await fill(guildhall.runtime.url, ben.id, "bensmark")
    bens = await places_of(guildhall.runtime.url, ben.id)
    assert await places_of(guildhall.runtime.url, ann.id) == bens

    answer = await delete(guildhall, ann)

    assert answer.status == 204, answer.body
    assert await places_of(guildhall.runtime.url, ann.id) == ["core.revocations.subject"]
    assert await places_of(guildhall.runtime.url, ben.id) == bens
    assert (await guildhall.get("/api/v1/me", headers=ann.headers)).status == 401
    assert (await other.get("/api/v1/me", headers=ann.headers)).status == 401
    refreshed = await guildhall.post("/api/v1/auth/refresh", json={"refresh_token": ann.tokens.refresh_token})
    assert refreshed.status == 401
    assert (await guildhall.get("/api/v1/me", headers=ben.headers)).status == 200


async def test_the_packs_are_told_by_a_message_that_leaves_if_and_only_if_it_is_done(guildhall):
    ann = await sign_in(guildhall, name="Ann")

    assert (await delete(guildhall, ann)).status == 204
    connection = await asyncpg.connect(guildhall.runtime.url)
    payloads = await connection.fetch(
        "select q.payload from core.pgqueuer q where entrypoint = 'identity.account_deleted'"
    )
    await connection.close()

    assert [msgspec.json.decode(row[0], type=AccountDeleted) for row in payloads] == [AccountDeleted(ann.id)]


async def test_what_happened_stays_and_the_person_does_not(guildhall):
    ann = await sign_in(guildhall, name="Ann")
    await guildhall.request("PATCH", "/api/v1/me", json={"name": "Annie"}, headers=ann.headers)
    await fill(guildhall.runtime.url, ann.id, "annsmark")
    await delete(guildhall, ann)

    connection = await asyncpg.connect(guildhall.runtime.url)
    events = await connection.fetch(
        "select kind, user_id, session_id, ip_hash, agent, details from core.security_events"
    )
    await connection.close()

    assert {row["kind"] for row in events} == {"test", "account_deleted"}
    assert {tuple(row)[1:] for row in events} == {(None, None, None, None, "{}")}


@pytest.mark.parametrize(
    ("body", "code"), [({}, "identity.proof_needed"), ({"password": "wrong one"}, "identity.wrong_password")]
)
async def test_who_has_a_password_must_give_it(guildhall, body, code):
    stored = await guildhall.runtime.provided[Passwords].hash(GOOD)
    ann = await sign_in(guildhall, email="ann@example.com", password_hash=stored)

    refused = await delete(guildhall, ann, **body)

    assert (refused.status, refused.code) == (403, code)
    assert (await guildhall.get("/api/v1/me", headers=ann.headers)).status == 200
    assert (await delete(guildhall, ann, password=GOOD)).status == 204


async def test_who_has_none_must_have_signed_in_just_now(guildhall):
    ann = await sign_in(guildhall)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("update core.sessions set created_at = now() - interval '11 minutes'")
    await connection.close()

    refused = await delete(guildhall, ann)
    again = await sign_in(guildhall, ann.id)

    assert (refused.status, refused.code) == (403, "identity.proof_needed")
    assert (await delete(guildhall, again)).status == 204


async def test_an_address_and_an_identity_are_free_for_another_account(guildhall):
    ann = await sign_in(guildhall, email="ann@example.com")
    await fill(guildhall.runtime.url, ann.id, "mark")
    await delete(guildhall, ann)

    new = await make_user(guildhall.runtime.url, email="ann@example.com")
    await fill(guildhall.runtime.url, new, "mark")

    assert new != ann.id


async def test_every_table_that_hangs_on_a_user_lets_go_with_it(tx):
    """A new table without a cascade would make deletions fail."""
    kept = await tx.connection.fetch(
        f"""
        with tables as ({REACHED.replace("order by 1", "")})
        select c.conrelid::regclass::text, c.conname
        from pg_constraint c
        where c.contype = 'f' and c.confrelid = 'core.users'::regclass and c.confdeltype not in ('c', 'n')
          and c.conparentid = 0 and exists (select from tables)
        """
    )

    assert [tuple(row) for row in kept] == []


async def test_who_has_nothing_to_prove_with_needs_no_body(guildhall):
    ann = await sign_in(guildhall)

    assert (await guildhall.request("DELETE", "/api/v1/me", headers=ann.headers)).status == 204

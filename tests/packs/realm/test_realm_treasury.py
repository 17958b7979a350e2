"""The treasury of a guild: never below nothing, never twice, always the sum of its ledger."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import Clock
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import GuildhallError
from guildhall.ids import uuid7
from guildhall.packs.realm.guilds.actions.progress import grant_experience
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.treasury.actions import deposit, recount, withdraw
from guildhall.packs.realm.treasury.errors import TreasuryTooLow
from guildhall.packs.realm.treasury.schemas import CopperRequest
from guildhall.testing.people import make_user
from tests.packs.realm.make import fill_treasury, make_player, make_server

GUILDS = "/api/v1/realm/guilds"
SETTINGS = RealmSettings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
async def server(guildhall):
    return await make_server(guildhall.runtime.url)


@pytest.fixture
async def rows(guildhall):
    connection = await asyncpg.connect(guildhall.runtime.url)

    async def ask(sql: str, *args: object):
        return await connection.fetch(sql, *args)

    yield ask
    await connection.close()


@pytest.fixture
async def wide(clone):
    """A pool of 64 connections, as the role of requests."""
    opened = await Database.open(PoolSettings(clone, APP, smallest=64, largest=64, acquire_timeout=30), Clock())
    yield opened
    await opened.close()


async def found(guildhall, leader):
    answer = await guildhall.post(GUILDS, headers=leader.headers, json={"name": "The Iron Lanterns"})
    assert answer.status == 201, answer.body
    return answer.json


async def add(rows, guild, person, rank="member"):
    await rows("insert into realm.guild_members (guild_id, user_id, rank) values ($1, $2, $3)",
               guild["id"], person.id, rank)  # fmt: skip
    await rows("update realm.guilds set member_count = member_count + 1 where id = $1", guild["id"])


async def put_in(guildhall, guild, person, amount, key="in", **more):
    return await guildhall.post(
        f"{GUILDS}/{guild['id']}/treasury/deposits",
        headers=person.headers, json={"amount": amount, "client_key": key, **more},
    )  # fmt: skip


async def take_out(guildhall, guild, person, amount, key="out", **more):
    return await guildhall.post(
        f"{GUILDS}/{guild['id']}/treasury/withdrawals",
        headers=person.headers, json={"amount": amount, "client_key": key, **more},
    )  # fmt: skip


async def check(guildhall, guild, person):
    answer = await guildhall.get(f"{GUILDS}/{guild['id']}/treasury/check", headers=person.headers)
    assert answer.json["sound"], answer.json
    return answer.json["check"]


async def test_copper_goes_in_and_out_with_a_row_each(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)

    first = await put_in(guildhall, guild, leader, 100, note="For raids")
    second = await take_out(guildhall, guild, leader, 30)
    too_much = await take_out(guildhall, guild, leader, 71, "more")
    all_of_it = await take_out(guildhall, guild, leader, 70, "rest")

    assert (first.status, first.json["balance"], first.json["again"]) == (201, 100, False)
    assert (first.json["entry"]["note"], first.json["entry"]["kind"]) == ("For raids", "deposit")
    assert (second.json["balance"], second.json["entry"]["amount"]) == (70, -30)
    assert (too_much.status, too_much.code) == (409, "realm.treasury_too_low")
    assert all_of_it.json["balance"] == 0
    shown = await guildhall.get(f"{GUILDS}/{guild['id']}/treasury?limit=2", headers=leader.headers)
    rest = await guildhall.get(
        f"{GUILDS}/{guild['id']}/treasury?limit=2&after={shown.json['next']}", headers=leader.headers
    )
    assert shown.json["balance"] == 0
    assert [one["amount"] for one in shown.json["items"] + rest.json["items"]] == [-70, -30, 100]
    assert rest.json["next"] is None
    (member,) = await rows("select contribution from realm.guild_members")
    assert member["contribution"] == 100
    assert await check(guildhall, guild, leader) == {
        "balance": 0, "ledger_sum": 0, "last_balance_after": 0, "entries": 3, "broken_links": 0, "experience": 0,
        "experience_sum": 0, "member_count": 1, "members": 1,
    }  # fmt: skip
    told = await rows(
        "select body->>'balance' as balance from core.live_events where kind = 'treasury_changed' order by seq"
    )
    assert [one["balance"] for one in told] == ["100", "70", "0"]
    audit = await rows("select details from core.audit_log where act = 'guild_withdrawal'")
    assert len(audit) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"amount": 0, "client_key": "k"}, 400),
        ({"amount": -5, "client_key": "k"}, 400),
        ({"amount": 10**12 + 1, "client_key": "k"}, 400),
        ({"amount": 1.5, "client_key": "k"}, 400),
        ({"amount": 5}, 400),
        ({"amount": 5, "client_key": ""}, 400),
        ({"amount": 5, "client_key": "k" * 65}, 400),
        ({"amount": 5, "client_key": "a\u0000"}, 400),
        ({"amount": 5, "client_key": "k", "note": "a\u0000"}, 400),
        ({"amount": 5, "client_key": "k", "note": "\u200b"}, 422),
        ({"amount": 5, "client_key": "k", "note": "n" * 201}, 400),
    ],
)
async def test_what_is_no_copper_is_refused(guildhall, server, rows, body, status):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)

    for where in ("deposits", "withdrawals"):
        await rows("update realm.guilds set treasury_balance = 10")
        url = f"{GUILDS}/{guild['id']}/treasury/{where}"
        assert (await guildhall.post(url, headers=leader.headers, json=body)).status == status
    assert await rows("select 1 from realm.guild_ledger") == []


async def test_a_key_does_one_thing_once(guildhall, server, rows):
    leader, member = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    await add(rows, guild, member)

    first = await put_in(guildhall, guild, leader, 50, "same")
    retried = await put_in(guildhall, guild, leader, 50, "same")
    other_amount = await put_in(guildhall, guild, leader, 60, "same")
    other_kind = await take_out(guildhall, guild, leader, 50, "same")
    of_another = await put_in(guildhall, guild, member, 50, "same")

    assert retried.json["entry"] == first.json["entry"]
    assert (retried.json["again"], retried.json["balance"]) == (True, 50)
    assert (other_amount.code, other_kind.code) == ("realm.key_reused", "realm.key_reused")
    assert (of_another.json["again"], of_another.json["balance"]) == (False, 100)
    assert (await check(guildhall, guild, leader))["entries"] == 2


async def test_officers_take_so_much_a_day_and_members_nothing(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"guild_officer_daily": 100})
    server = await make_server(guildhall.runtime.url)
    leader, officer, member = [await make_player(guildhall, server) for _ in range(3)]
    guild = await found(guildhall, leader)
    connection = await asyncpg.connect(guildhall.runtime.url)
    await add(connection.fetch, guild, officer, "officer")
    await add(connection.fetch, guild, member)
    await put_in(guildhall, guild, leader, 10_000)

    of_member = await take_out(guildhall, guild, member, 1)
    first = await take_out(guildhall, guild, officer, 60, "1")
    over = await take_out(guildhall, guild, officer, 41, "2")
    retried = await take_out(guildhall, guild, officer, 60, "1")
    last = await take_out(guildhall, guild, officer, 40, "3")
    none_left = await take_out(guildhall, guild, officer, 1, "4")
    of_leader = await take_out(guildhall, guild, leader, 5_000, "5")
    await connection.execute("update core.ledger_postings set created_at = created_at - interval '24 hours 1 second'")
    next_day = await take_out(guildhall, guild, officer, 100, "6")
    await connection.close()

    assert (of_member.status, of_member.code) == (403, "realm.rank_too_low")
    assert (first.status, retried.json["again"], last.status) == (201, True, 201)
    assert (over.status, over.code) == (403, "realm.daily_limit_reached")
    assert "40 of it" in over.json["detail"]
    assert none_left.code == "realm.daily_limit_reached"
    assert (of_leader.status, next_day.status) == (201, 201)


async def members_of(url, count, balance):
    """A guild with so many officers and so much copper; its id and theirs."""
    connection = await asyncpg.connect(url)
    server = await make_server(url)
    people = [await make_user(connection) for _ in range(count)]
    guild = uuid7()
    for number, person in enumerate(people):
        await connection.execute(
            "insert into realm.users (id, username, server_id) values ($1, $2, $3)", person, f"p{number}", server
        )
    await connection.execute(
        "insert into realm.guilds (id, name, server_id, leader_id, member_count, treasury_balance) "
        "values ($1, 'The Iron Lanterns', $2, $3, $4, $5)", guild, server, people[0], count, balance,
    )  # fmt: skip
    for number, person in enumerate(people):
        await connection.execute(
            "insert into realm.guild_members (guild_id, user_id, rank) values ($1, $2, $3)",
            guild, person, "leader" if number == 0 else "officer",
        )  # fmt: skip
    if balance:
        await fill_treasury(url, guild, balance)
    await connection.close()
    return guild, people


async def test_sixty_four_withdraw_at_once_and_nothing_is_owed(clone, wide):
    guild, people = await members_of(clone, 64, 1000)
    ready = asyncio.Event()

    async def take(person, number):
        await ready.wait()
        try:
            async with wide.write(Viewer(person)) as tx:
                wanted = CopperRequest(30 + number % 3, f"k{number}")
                return (await withdraw(tx, guild, wanted, SETTINGS)).entry
        except TreasuryTooLow:
            return None

    tasks = [asyncio.create_task(take(person, number)) for number, person in enumerate(people)]
    ready.set()
    entries = [entry for entry in await asyncio.gather(*tasks) if entry is not None]

    taken = -sum(entry.amount for entry in entries)
    async with wide.read() as tx:
        found_now = await recount(tx, guild)
    assert 1000 - 32 < taken <= 1000
    assert found_now.sound
    assert found_now.balance == 1000 - taken
    assert sorted(entry.number for entry in entries) == list(range(2, len(entries) + 2))
    assert min(entry.balance_after for entry in entries) >= 0


async def test_one_retry_from_sixty_four_connections_is_one_withdrawal(clone, wide):
    guild, people = await members_of(clone, 1, 1000)
    viewer, ready = Viewer(people[0]), asyncio.Event()

    async def take():
        await ready.wait()
        async with wide.write(viewer) as tx:
            return await withdraw(tx, guild, CopperRequest(10, "same"), SETTINGS)

    async def give():
        await ready.wait()
        async with wide.write(viewer) as tx:
            return await deposit(tx, guild, CopperRequest(7, "gift"))

    tasks = [asyncio.create_task(take()) for _ in range(32)] + [asyncio.create_task(give()) for _ in range(32)]
    ready.set()
    changes = await asyncio.gather(*tasks)

    assert sum(not change.again for change in changes) == 2
    assert len({change.entry.id for change in changes}) == 2
    async with wide.read() as tx:
        found_now = await recount(tx, guild)
        contribution = await tx.connection.fetchval("select contribution from realm.guild_members")
    assert found_now.sound
    assert (found_now.balance, found_now.entries, contribution) == (997, 3, 7)


async def test_the_ledger_is_not_changed_by_anybody(clone, db, jobs_db):
    guild, _ = await members_of(clone, 1, 5)

    for pool in (db, jobs_db):
        for sql in (
            "update core.ledger_entries set amount = 6", "delete from core.ledger_entries",
            "update core.ledger_postings set note = 'x'", "delete from core.ledger_postings",
            "update core.ledger_accounts set balance = 6", "delete from core.ledger_accounts",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with pool.write() as tx:
                    await tx.connection.execute(sql)
    async with db.read() as tx:
        assert (await recount(tx, guild)).sound


async def test_a_wrong_number_is_found(clone, db):
    guild, _ = await members_of(clone, 2, 100)
    connection = await asyncpg.connect(clone)

    async def sound():
        async with db.read() as tx:
            return (await recount(tx, guild)).sound

    assert await sound()
    await connection.execute("alter table core.ledger_entries disable trigger never_changed")
    for wrong, right in (
        ("update realm.guilds set treasury_balance = 99", "update realm.guilds set treasury_balance = 100"),
        ("update realm.guilds set member_count = 3", "update realm.guilds set member_count = 2"),
        ("update realm.guilds set experience = 3", "update realm.guilds set experience = 0"),
        (
            "update core.ledger_entries set balance_after = 99 where number = 1",
            "update core.ledger_entries set balance_after = 100 where number = 1",
        ),
    ):
        await connection.execute(wrong)
        assert not await sound(), wrong
        await connection.execute(right)
        assert await sound()
    await connection.close()


async def game(guildhall, server, path, body, **who):
    person = await make_player(guildhall, server, **(who or {"badge": "admin"}))
    return await guildhall.post(f"/api/v1/realm/game/{path}", headers=person.headers, json=body)


async def test_the_game_rewards_and_charges(guildhall, server, rows):
    leader, member = await make_player(guildhall, server), await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    await add(rows, guild, member)
    path = f"guilds/{guild['id']}/treasury"

    reward = await game(guildhall, server, path, {"amount": 500, "client_key": "boss", "user_id": str(member.id)})
    retried = await game(guildhall, server, path, {"amount": 500, "client_key": "boss", "user_id": str(member.id)})
    reused = await game(guildhall, server, path, {"amount": 501, "client_key": "boss"})
    nothing = await game(guildhall, server, path, {"amount": 0, "client_key": "none"})
    stranger = await game(guildhall, server, path, {"amount": 5, "client_key": "s", "user_id": guild["id"]})
    fee = await game(guildhall, server, path, {"amount": -200, "client_key": "rent"})
    too_dear = await game(guildhall, server, path, {"amount": -301, "client_key": "castle"})
    not_the_game = await game(guildhall, server, path, {"amount": 5, "client_key": "x"}, badge="standard")
    of_person = await put_in(guildhall, guild, member, 1, "boss")

    assert (reward.status, reward.json["balance"], reward.json["entry"]["kind"]) == (201, 500, "reward")
    assert (retried.json["again"], reused.code, nothing.code) == (True, "realm.key_reused", "realm.nothing_moves")
    assert (stranger.code, too_dear.code) == ("realm.user_not_found", "realm.treasury_too_low")
    assert (fee.json["balance"], fee.json["entry"]["kind"]) == (300, "fee")
    assert not_the_game.status == 403
    assert of_person.json["balance"] == 301
    (counted,) = await rows("select contribution from realm.guild_members where user_id = $1", member.id)
    assert counted["contribution"] == 501
    assert (await check(guildhall, guild, leader))["balance"] == 301


async def test_experience_raises_the_level(guildhall, server, rows):
    leader = await make_player(guildhall, server)
    guild = await found(guildhall, leader)
    path = f"guilds/{guild['id']}/experience"

    first = await game(guildhall, server, path, {"amount": 999, "client_key": "1"})
    second = await game(guildhall, server, path, {"amount": 1, "client_key": "2", "user_id": str(leader.id)})
    again = await game(guildhall, server, path, {"amount": 1, "client_key": "2", "user_id": str(leader.id)})
    reused = await game(guildhall, server, path, {"amount": 2, "client_key": "2"})
    most = await game(guildhall, server, path, {"amount": 10**9, "client_key": "3"})
    nothing = await game(guildhall, server, path, {"amount": 0, "client_key": "4"})
    nowhere = await game(guildhall, server, f"guilds/{leader.id}/experience", {"amount": 1, "client_key": "5"})
    not_the_game = await game(guildhall, server, path, {"amount": 1, "client_key": "6"}, badge="moderator")

    assert [one.json["grant"]["level_after"] for one in (first, second, most)] == [1, 2, 50]
    assert (again.json["again"], again.json["grant"]) == (True, second.json["grant"])
    assert (reused.code, nothing.status, nowhere.code) == ("realm.key_reused", 400, "realm.guild_not_found")
    assert not_the_game.status == 403
    assert (await check(guildhall, guild, leader))["experience"] == 10**9 + 1000
    told = await rows("select body->>'level' as level from core.live_events where kind = 'level_changed' order by seq")
    assert [one["level"] for one in told] == ["2", "50"]


async def test_an_imported_level_does_not_fall(clone, db):
    guild, _ = await members_of(clone, 1, 0)
    connection = await asyncpg.connect(clone)
    await connection.execute("update realm.guilds set level = 30")
    await connection.close()

    async with db.write() as tx:
        granted = await grant_experience(tx, guild, 5)

    assert (granted.grant.level_after, granted.grant.total_after) == (30, 5)


async def test_a_day_of_a_treasury(clone, db):
    """Whatever is asked for in whatever order, what is kept is the sum of what was granted."""
    guild, people = await members_of(clone, 4, 0)
    step = st.tuples(
        st.sampled_from(people), st.booleans(), st.integers(1, 60), st.sampled_from([f"key{n}" for n in range(12)])
    )
    balance, entries = 0, 0
    loop = asyncio.get_running_loop()

    async def play(steps):
        nonlocal balance, entries
        for person, inward, amount, key in steps:
            viewer = Viewer(person)
            try:
                async with db.write(viewer) as tx:
                    wanted = CopperRequest(amount, key)
                    change = await (deposit(tx, guild, wanted) if inward else withdraw(tx, guild, wanted, SETTINGS))
            except GuildhallError:
                continue
            if not change.again:
                balance += amount if inward else -amount
                entries += 1
            assert change.balance == balance
        async with db.read() as tx:
            found_now = await recount(tx, guild)
        assert found_now.sound
        assert (found_now.balance, found_now.entries) == (balance, entries)
        assert balance >= 0

    @settings(max_examples=15, deadline=timedelta(seconds=60), suppress_health_check=list(HealthCheck))
    @given(st.lists(step, max_size=25))
    def days(steps):
        asyncio.run_coroutine_threadsafe(play(steps), loop).result()

    await asyncio.to_thread(days)

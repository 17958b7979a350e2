"""Reports and the audit, as a slice with content of its own uses them, and the rows that came from the realm."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports, record_act
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.db import migrate
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.testing.people import make_user

KIND = "poe2.comment"


@pytest.fixture
async def people(clone: str) -> list[UserId]:
    return [UserId(await make_user(clone, name=name)) for name in ("reporter", "author", "moderator")]


@pytest.fixture
async def admin(clone: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(clone)
    yield connection
    await connection.close()


async def test_a_report_is_made_once_handled_once_and_audited(
    db: Database, people: list[UserId], admin: asyncpg.Connection
):
    reporter, author, moderator = people
    comment, build = uuid4(), uuid4()
    new = NewReport(
        kind=KIND, reason="Spam", item=comment, subject=author, reporter=reporter, context={"build_id": build}
    )
    async with db.write(Viewer(reporter)) as tx:
        made = await add_report(tx, new)
        assert await add_report(tx, new) is None
        assert await count_own_reports(tx, "poe2") == 1
        assert await count_own_reports(tx, "eve") == 0
    assert made is not None

    async with db.write(Viewer(moderator)) as tx:
        assert await report_to_handle.one_or_none(tx, made, "eve") is None
        assert await report_to_handle.one_or_none(tx, ReportId(uuid4()), "poe2") is None
        held = await report_to_handle.one(tx, made, "poe2")
        assert (held.kind, held.item_id, held.subject_id, held.status) == (KIND, comment, author, "open")
        await close_report(tx, held, "dismissed", "It is none", by=moderator)
    async with db.write(Viewer(moderator)) as tx:
        assert (await report_to_handle.one(tx, made, "poe2")).status == "dismissed"
        assert await count_own_reports(tx, "poe2") == 0

    (entry,) = await admin.fetch("select * from core.audit_log")
    assert (entry["slice"], entry["act"], entry["actor_id"], entry["subject_id"]) == (
        "poe2", "report_dismissed", moderator, author,
    )  # fmt: skip
    assert str(made) in entry["details"]
    context = await admin.fetchval("select context->>'build_id' from core.reports")
    assert context == str(build)


async def test_a_filter_reports_as_often_as_it_finds_something(db: Database, people: list[UserId]):
    new = NewReport(kind=KIND, reason="Filtered: gold", item=uuid4(), subject=people[1])
    async with db.write() as tx:
        assert await add_report(tx, new) is not None
        assert await add_report(tx, new) is not None


@pytest.mark.parametrize(
    ("kind", "reason"), [("comment", "Spam"), ("Poe2.comment", "Spam"), (KIND, ""), (KIND, "x" * 501)]
)
async def test_a_report_that_makes_no_sense_is_refused_by_the_database(db: Database, kind: str, reason: str):
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.write() as tx:
            await add_report(tx, NewReport(kind=kind, reason=reason))


async def test_reports_of_one_person_are_counted_one_after_the_other(db: Database, people: list[UserId]):
    async def report_unless_two_wait() -> bool:
        async with db.write(Viewer(people[0])) as tx:
            if await count_own_reports(tx, "poe2") >= 2:
                return False
            return await add_report(tx, NewReport(kind=KIND, reason="x", item=uuid4(), reporter=people[0])) is not None

    made = await asyncio.gather(*(report_unless_two_wait() for _ in range(8)))

    assert sum(made) == 2


async def test_what_happened_stays_without_the_people_and_cannot_be_changed(
    db: Database, people: list[UserId], admin: asyncpg.Connection
):
    async with db.write() as tx:
        await record_act(tx, "poe2", "hidden", actor=people[2], subject=people[1], context={"build_id": uuid4()})
        await add_report(tx, NewReport(kind=KIND, reason="x", item=uuid4(), subject=people[1], reporter=people[0]))
    for statement in ("update core.audit_log set act = 'x'", "delete from core.audit_log"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.write() as tx:
                await tx.connection.execute(statement)

    await admin.execute("delete from core.users where id = any($1)", people)

    assert await admin.fetchval("select (act, actor_id, subject_id)::text from core.audit_log") == "(hidden,,)"
    assert await admin.fetchval("select (reason, reporter_id, subject_id)::text from core.reports") == "(x,,)"


_ROWS = """
select (select jsonb_agg(to_jsonb(r) order by r.id) from realm.reports r) as reports,
       (select jsonb_agg(to_jsonb(a) order by a.id) from realm.audit_log a) as audit
"""


async def test_the_realm_s_rows_move_to_the_core_and_back(clone: str, people: list[UserId], admin: asyncpg.Connection):
    slices = branches(BUILT_IN)
    await migrate.downgrade(clone, slices, "realm_0011")
    server, channel, guild = (uuid4() for _ in range(3))
    await admin.execute("insert into realm.servers (id, name, region) values ($1, 'One', 'eu')", server)
    await admin.execute(
        "insert into realm.users (id, username, server_id) values ($1, 'author', $2), ($3, 'reporter', $2)",
        people[1], server, people[0],
    )  # fmt: skip
    await admin.execute("insert into realm.channels (id, name, server_id) values ($1, 'general', $2)", channel, server)
    await admin.execute(
        "insert into realm.reports (id, server_id, reporter_id, subject_id, channel_id, message_id, reason, status, "
        "resolution, handled_by, handled_at) values "
        "($1, $2, $3, $4, $5, $6, 'Spam', 'resolved', 'Muted', $7, now()), "
        "($8, $2, null, $4, null, null, 'Filtered: gold', 'open', null, null, null)",
        uuid4(), server, people[0], people[1], channel, uuid4(), people[2], uuid4(),
    )  # fmt: skip
    await admin.execute(
        "insert into realm.audit_log (id, server_id, channel_id, guild_id, actor_id, subject_id, act, reason, details) "
        "values ($1, $2, $3, $4, $5, $6, 'muted', 'why', '{\"a\": 1}'), "
        "($7, null, null, null, null, null, 'x', null, '{}')",
        uuid4(), server, channel, guild, people[2], people[1], uuid4(),
    )  # fmt: skip
    before = await admin.fetchrow(_ROWS)

    await migrate.upgrade(clone, slices)
    moved = await admin.fetch("select kind, place_id, item_id is null as person from core.reports order by kind")
    acts = await admin.fetch("select slice, act, context->>'guild_id' as guild from core.audit_log order by act")
    await migrate.downgrade(clone, slices, "realm_0011")
    after = await admin.fetchrow(_ROWS)
    left = await admin.fetchval("select (select count(*) from core.reports) + (select count(*) from core.audit_log)")

    assert [tuple(row) for row in moved] == [("realm.message", server, False), ("realm.user", server, True)]
    assert [tuple(row) for row in acts] == [("realm", "muted", str(guild)), ("realm", "x", None)]
    assert before == after
    assert left == 0

    await migrate.upgrade(clone, slices)
    await admin.execute("delete from realm.users")
    await admin.execute("delete from realm.servers where id = $1", server)
    assert await admin.fetchval("select count(*) from core.reports") == 0
    assert [row["act"] for row in await admin.fetch("select act from core.audit_log")] == ["x"]

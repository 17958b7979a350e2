"""Typed statements: what a signature means for the SQL, the call and the type checker."""

from collections.abc import Iterator
from typing import NewType
from uuid import UUID, uuid4

import pytest

from guildhall.db.statements import ALL, BadStatement, command, rows

pytestmark = pytest.mark.database

UserId = NewType("UserId", UUID)
GuildId = NewType("GuildId", UUID)
Line = tuple[UUID, UUID, int | None]


@pytest.fixture(autouse=True)
def unlisted() -> Iterator[None]:
    """Statements that a test makes are not the house's."""
    before = len(ALL)
    yield
    del ALL[before:]


@rows(Line, "select :guild::uuid, :user::uuid, :limit::int")
def line(user: UserId, guild: GuildId, *, limit: int | None) -> None: ...


@rows(int, "select generate_series(1, :last)", prefetch=2)
def numbers(last: int) -> None: ...


@rows(int, "select :number::int", custom_plan=True)
def planned(number: int) -> None: ...


@command("create temp table entries (id uuid primary key, amount int)")
def make_entries() -> None: ...


@command("insert into entries (id, amount) values (:id, :amount)")
def add_entry(amount: int, id: UUID) -> None: ...


@rows(tuple[UUID, int], "select id, amount from entries order by amount")
def entries() -> None: ...


del ALL[-6:]


async def test_values_are_passed_by_place_or_by_name(tx):
    user, guild = UserId(uuid4()), GuildId(uuid4())

    assert await line.one(tx, user, guild, limit=3) == (guild, user, 3)
    assert await line.one_or_none(tx, limit=3, guild=guild, user=user) == (guild, user, 3)
    assert await line.many(tx, user, limit=None, guild=guild) == [(guild, user, None)]
    assert await (await line.prepared(tx)).one(user, guild=guild, limit=1) == (guild, user, 1)
    assert [number async for number in numbers.stream(tx, last=5)] == [1, 2, 3, 4, 5]


async def test_a_swapped_id_is_an_error_of_the_type_checker(tx):
    user, guild = UserId(uuid4()), GuildId(uuid4())

    # mypy --strict refuses a comment that ignores nothing: each of these lines is an error without it
    assert await line.one(tx, guild, user, limit=3) == (user, guild, 3)  # type: ignore[arg-type]
    assert await line.many(tx, user=guild, guild=user, limit=3) == [(user, guild, 3)]  # type: ignore[arg-type]
    prepared = await line.prepared(tx)
    assert await prepared.one(guild, user, limit=3) == (user, guild, 3)  # type: ignore[arg-type]
    wrong: str = (await line.one(tx, user, guild, limit=3))[2]  # type: ignore[assignment]
    assert str(wrong) == "3"


async def test_many_rows_of_arguments_run_at_once(tx):
    first, second = uuid4(), uuid4()
    await make_entries.run(tx)

    await add_entry.run_many(tx, [add_entry.arguments(1, first), add_entry.arguments(id=second, amount=2)])

    assert await entries.many(tx) == [(first, 1), (second, 2)]
    assert await add_entry.run(tx, id=uuid4(), amount=3) == 1
    with pytest.raises(TypeError, match="got 1 values"):
        add_entry.arguments(1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("args", "kwargs"), [((), {"last": 1, "first": 2}), ((), {"first": 2}), ((1,), {"last": 1}), ((1, 2), {"last": 3})]
)
async def test_a_name_that_the_signature_does_not_have_is_refused(tx, args, kwargs):
    with pytest.raises(TypeError, match=r"a statement of \(last\) got"):
        await numbers.many(tx, *args, **kwargs)


async def test_a_query_with_a_custom_plan_needs_the_transaction_for_it(db, tx):
    async with db.read(custom_plans=True) as planning:
        assert await planned.one(planning, number=4) == 4
    for call in (planned.one, planned.one_or_none, planned.many):
        with pytest.raises(RuntimeError, match="custom_plans=True"):
            await call(tx, 4)


@pytest.mark.parametrize(
    ("sql", "numbered"),
    [
        ("select :a::int, :b", "select $1::int, $2"),
        ("select :b, :a, :b", "select $2, $1, $2"),
        ("select ':a', :a, :b", "select ':a', $1, $2"),
        ("select 'it''s :a', :a, :b", "select 'it''s :a', $1, $2"),
        (r"select e'it\'s :a', :a, :b", r"select e'it\'s :a', $1, $2"),
        (r"select 'a\', :a, ':b', :b", r"select 'a\', $1, ':b', $2"),
        ('select ":a", :a, :b', 'select ":a", $1, $2'),
        ("select :a -- not :c, it's\n, :b", "select $1 -- not :c, it's\n, $2"),
        ("select :a /* not :c,\n it's */, :b", "select $1 /* not :c,\n it's */, $2"),
        ("select $$ :c $$, $x$ :c $$ $x$, :a, :b", "select $$ :c $$, $x$ :c $$ $x$, $1, $2"),
        ("select f(a := :a), x[1:2], :b", "select f(a := $1), x[1:2], $2"),
        ("select x[low:d.a], x[(1):b], :a, :b", "select x[low:d.a], x[(1):b], $1, $2"),
        ("select :a::text::int[],:b", "select $1::text::int[],$2"),
    ],
)
def test_names_are_found_where_sql_has_a_parameter(sql, numbered):
    @command(sql)
    def statement(a: int, b: int) -> None: ...

    assert statement.sql == numbered
    assert statement.names == ("a", "b")
    assert statement.params == (int, int)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select :a, :b, :c", r"statement: the SQL names :c, the signature has no such parameter"),
        ("select :a", r"statement: the SQL does not name :b of the signature"),
        ("select '::a', x::b", r"statement: the SQL does not name :a, :b of the signature"),
        ("select :a, :b, $3", r"statement: the SQL has \$3; write the parameter's :name"),
        ("select :a, :b /* one /* two */ */", r"statement: a comment in the SQL holds another"),
    ],
)
def test_a_name_too_many_or_too_few_is_told_where_the_statement_is_declared(sql, message):
    known = len(ALL)

    with pytest.raises(BadStatement, match=message):

        @command(sql)
        def statement(a: int, b: int) -> None: ...

    assert len(ALL) == known


def test_a_signature_has_no_defaults_and_no_rest():
    with pytest.raises(BadStatement, match="no defaults"):

        @command("select :a")
        def with_default(a: int = 1) -> None: ...

    with pytest.raises(BadStatement, match="no defaults"):

        @command("select :a")
        def with_named_default(*, a: int = 1) -> None: ...

    with pytest.raises(BadStatement, match=r"no \*args"):

        @command("select 1")
        def with_rest(*a: int) -> None: ...

"""Declarations that cannot work are refused where they are written, or when their pack starts."""

import pytest
from msgspec.structs import replace

from guildhall import kit
from guildhall.boot.faults import PackFailed
from guildhall.boot.part_names import require_own_parts
from guildhall.boot.worker import open_worker
from guildhall.clock import Clock
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.jobs import looks
from guildhall.core.achievements.judging import RuleBroken, measure
from guildhall.db.statements import rows
from guildhall.errors import Miswired
from guildhall.ids import UserId
from guildhall.testing import settings
from tests.core.achievements import club


@rows(UserId, "select id from core.users where name = :title")
def of_title(title: str) -> None: ...


@rows(UserId, "select id from core.users where id = any(:users::uuid[])")
def ids_alone(users: list[UserId]) -> None: ...


@rows(
    kit.Measured,
    """
    select u.id as user_id, (case when u.name = 'Twice' then 1 else -1 end)::bigint as value, null::jsonb as evidence
    from core.users u, generate_series(1, case when u.name = 'Twice' then 2 else 1 end)
    where u.id = any(:users::uuid[]) or u.name = 'Other'
    """,
    proven=("value",),
)
def odd(users: list[UserId]) -> None: ...


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "first"}, "a name is"),
        ({"name": "club.First"}, "a name is"),
        ({"name": "club." + "x" * 41}, "a name is"),
        ({"rule": ids_alone}, "returns Measured"),
        ({"rule": of_title}, "one parameter"),
        ({"title": ""}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"description": ""}, "description"),
        ({"icon": "x" * 61}, "icon"),
        ({"points": -1}, "points"),
        ({"points": 10_001}, "points"),
        ({"goal": 0}, "goal"),
        ({"version": 0}, "version"),
        ({"after": ()}, "looked at"),
        ({"every": kit.Schedule("0 3 * * *", kit.Due(club.broken))}, "no condition"),  # type: ignore[arg-type]
    ],
)
def test_declarations_that_cannot_work_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        replace(club.FIRST, **changes)


def test_a_message_that_does_not_say_whom_it_is_about_is_refused():
    with pytest.raises(ValueError, match="no user_id"):
        kit.After(club.Suffered)
    with pytest.raises(ValueError, match="asks for title"):
        kit.After(club.Suffered, of_title)
    with pytest.raises(Miswired, match="declared twice"):
        Achievements([club.FIRST, club.FIRST])
    with pytest.raises(Miswired, match="names Deed twice"):
        Achievements([replace(club.FIRST, after=(kit.After(club.Deed), kit.After(club.Deed)))])


def test_one_look_is_bound_to_each_message():
    assert [on.message for on in looks(club.ALL)] == [club.Deed, club.Crowd, club.Suffered]


def test_a_name_of_another_pack_and_one_that_is_taken_are_refused():
    for wrong in ([replace(club.FIRST, name="chess.first")], [club.FIRST, replace(club.FIRST, title="Another")]):
        with pytest.raises(PackFailed):
            require_own_parts(settings.configuration([club.pack(wrong)]), web=True)


@pytest.mark.parametrize("expression", ["nonsense", "0 0 30 2 *"])
async def test_a_schedule_that_never_comes_due_stops_the_pack(clone, expression):
    bad = replace(club.NIGHTLY, every=kit.Schedule(expression))
    with pytest.raises(PackFailed, match="schedule"):
        async with open_worker(settings.configuration([club.pack([bad])]), clone, Clock()):
            pass


async def test_a_rule_that_answers_what_it_was_not_asked_is_found_out(tx):
    people = {}
    for name in ("Twice", "Below", "Other"):
        people[name] = kit.uuid7()
        await tx.connection.execute("insert into core.users (id, name) values ($1, $2)", people[name], name)
    achievement = replace(club.FIRST, rule=odd)

    with pytest.raises(RuleBroken, match="was not asked"):
        await measure(tx, achievement, [UserId(people["Below"])])
    await tx.connection.execute("delete from core.users where name = 'Other'")
    with pytest.raises(RuleBroken, match="two rows"):
        await measure(tx, achievement, [UserId(people["Twice"])])
    with pytest.raises(RuleBroken, match="measured -1"):
        await measure(tx, achievement, [UserId(people["Below"])])

"""The meta's numbers: what is added up from changes is what a recount finds, whatever happens in between."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from guildhall.packs.poe2.insights.actions import counting, figures
from guildhall.packs.poe2.insights.rules.shares import told
from tests.packs.poe2.insights.life import Life
from tests.packs.poe2.insights.world import (
    LEAGUE,
    NOW,
    PERMANENT,
    STARTED,
    add_build,
    add_character,
    add_person,
    add_snapshot,
    counted,
    recounted,
    settings,
)


async def shown(rows):
    """The figures that are shown."""
    return {
        (one["source"], one["league"], one["week"], f"{one['dimension']}:{one['value']}"): one["people"]
        for one in await rows.fetch("select * from poe2.meta_figures")
    }


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_added_up_is_what_a_recount_finds(rows, jobs_db, seed):
    chosen = settings(meta_people_least=2)
    life = Life(rows, seed)
    await life.begin()

    for step in range(120):
        await life.step()
        if step % 7 == 0:
            assert not (await figures.count_meta(jobs_db, chosen)).more
            wanted = await recounted(rows)
            assert await counted(rows) == wanted
            assert await shown(rows) == {
                key: number
                for key, people in wanted.items()
                if key[3] != "all:" and (number := told(people, 2, key[0] == "builds")) is not None
            }
            everybody = {
                key[:3]: told(people, 2, key[0] == "builds") for key, people in wanted.items() if key[3] == "all:"
            }
            scopes = await rows.fetch("select source, league, week, people from poe2.meta_scopes")
            assert {(one[0], one[1], one[2]): one[3] for one in scopes} == everybody
    assert len(wanted) > 50


async def test_alts_count_once_and_each_value_of_them(rows, jobs_db):
    user = await add_person(rows)
    for level, skill in ((90, "Spark"), (70, "Spark"), (20, "Contagion")):
        await add_snapshot(rows, user, await add_character(rows, user), level=level, skills=[skill])
    await figures.count_meta(jobs_db, settings(meta_people_least=1))

    found = {key[3]: people for key, people in (await counted(rows)).items() if key[2] == 0}
    assert (found["class:Ranger"], found["skill:Spark"], found["skill:Contagion"], found["all:"]) == (1, 1, 1, 1)
    (scope,) = await rows.fetch("select * from poe2.meta_scopes where week = 0")
    assert (scope["people"], scope["characters"], scope["level_median"]) == (1, 3, 70)


async def test_a_run_that_is_killed_between_batches_goes_on_where_it_was(rows, jobs_db, monkeypatch):
    chosen = settings(meta_people_least=1)
    monkeypatch.setattr(counting, "_CHANGES", 5)
    monkeypatch.setattr(figures, "_ADDED", 20)
    for _ in range(8):
        user = await add_person(rows)
        character = await add_character(rows, user)
        for days in (0, 8, 16):
            await add_snapshot(rows, user, character, at=NOW - timedelta(days=days))
    steps = 0

    async def killed(*given: Any):
        nonlocal steps
        steps += 1
        if steps % 3 == 0:
            raise asyncio.CancelledError
        return await original(*given)

    original = counting.count_changes
    monkeypatch.setattr(figures, "count_changes", killed)
    ends = 0
    while True:
        try:
            done = await figures.count_meta(jobs_db, chosen)
        except asyncio.CancelledError:
            ends += 1
            continue
        if not done.more:
            break

    assert ends > 2
    assert await counted(rows) == await recounted(rows)
    assert (await rows.fetchval("select count(*) from poe2.meta_scopes where changed")) == 0


async def test_a_batch_that_fails_saves_nothing_of_it(rows, jobs_db, monkeypatch):
    user = await add_person(rows)
    await add_snapshot(rows, user, await add_character(rows, user))

    async def broken(*_: object):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_save", broken)
        with pytest.raises(RuntimeError, match="killed"):
            await figures.count_meta(jobs_db, settings())
    assert await rows.fetchval("select count(*) from poe2.meta_changes") > 0
    await figures.count_meta(jobs_db, settings())
    assert await counted(rows) == await recounted(rows) != {}


async def test_two_workers_at_once_count_everything_once(rows, jobs_db, db, clone, monkeypatch):
    monkeypatch.setattr(counting, "_CHANGES", 3)
    monkeypatch.setattr(figures, "_ADDED", 10)
    life = Life(rows, 99)
    await life.begin()
    chosen = settings(meta_people_least=1)

    async def meanwhile():
        for _ in range(60):
            await life.step()

    async def work():
        for _ in range(6):
            await figures.count_meta(jobs_db, chosen)

    await asyncio.gather(meanwhile(), work(), work(), work())
    while (await figures.count_meta(jobs_db, chosen)).more:
        pass

    assert await counted(rows) == await recounted(rows)


async def test_a_recount_corrects_what_was_damaged_and_continues_when_stopped(rows, jobs_db, monkeypatch):
    monkeypatch.setattr(figures, "_PEOPLE", 1)
    life = Life(rows, 5)
    await life.begin()
    for _ in range(40):
        await life.step()
    chosen = settings(meta_people_least=1)
    await figures.count_meta(jobs_db, chosen)
    wanted = await recounted(rows)
    await rows.execute("update poe2.meta_counts set people = people + 3 where facet like 'class:%'")
    await rows.execute("delete from poe2.meta_entries where week = 0")
    await rows.execute("delete from poe2.meta_counts where facet like 'skill:%'")

    def stop(done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await figures.recount_meta(jobs_db, chosen, stop)
    told_of: list[int] = []
    result = await figures.recount_meta(jobs_db, chosen, told_of.append)

    assert await counted(rows) == wanted
    assert result.corrected > 0
    assert result.people == await rows.fetchval("select count(*) from core.users") - 2 == told_of[-1]
    assert (await figures.recount_meta(jobs_db, chosen, told_of.append)).corrected == 0


async def test_what_is_too_old_is_dropped(rows, jobs_db):
    user = await add_person(rows)
    character, other = await add_character(rows, user), await add_character(rows, user)
    await add_snapshot(rows, user, character, at=NOW - timedelta(days=400))
    await add_snapshot(rows, user, other, at=NOW - timedelta(days=1))
    await add_build(rows, user, at=NOW - timedelta(days=400))
    await figures.count_meta(jobs_db, settings(keep_meta_months=24))
    before = await counted(rows)
    assert before == await recounted(rows)

    await figures.keep_meta(jobs_db, settings(keep_meta_months=6))
    await figures.count_meta(jobs_db, settings(keep_meta_months=6))

    kept = {(key[0], key[2]) for key in await counted(rows)}
    assert ("builds", 0) in kept, "a build counts as long as it is public"
    assert kept < {(key[0], key[2]) for key in before}
    entries = await rows.fetch("select source, week, subject from poe2.meta_entries")
    assert {one["subject"] for one in entries if one["source"] == "snapshots"} == {other}
    assert {one["week"] for one in entries if one["source"] == "builds"} == {0}


async def test_a_start_that_becomes_known_later_counts_the_weeks_anew(rows, jobs_db):
    user = await add_person(rows)
    character = await add_character(rows, user)
    for days in (0, 9, 30):
        await add_snapshot(rows, user, character, league=PERMANENT, at=NOW - timedelta(days=days))
    await figures.count_meta(jobs_db, settings())
    assert all(key[2] == 0 or key[2] > 200_000 for key in await counted(rows))
    start = STARTED + timedelta(days=3)
    chosen = settings(league_starts={PERMANENT: start})

    assert await figures.keep_meta(jobs_db, chosen) == 1
    await figures.count_meta(jobs_db, chosen)

    assert await counted(rows) == await recounted(rows, {LEAGUE: STARTED, PERMANENT: start})
    assert max(key[2] for key in await counted(rows)) < 10
    assert await figures.keep_meta(jobs_db, chosen) == 0

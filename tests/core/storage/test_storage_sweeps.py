"""Sweeps take what nobody has, and nothing that somebody has or is about to have."""

import asyncio
from functools import partial

import pytest

from guildhall.clock import Clock
from guildhall.core.storage import sweeping
from guildhall.core.storage.actions import keep_image, unlink
from guildhall.core.storage.store import key_of
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.testing.people import make_user
from tests.core.storage.make import (
    PURPOSE,
    drop_user,
    files_below,
    keep,
    loosen,
    make_picture,
    objects,
    require_whole,
)


async def test_nothing_stays_of_a_transaction_that_fails(clone, db, jobs_db, storage, settings, folder):
    user, picture = await make_user(clone), make_picture()
    await storage.put(picture)

    async def fail(tx):
        await keep_image(tx, storage, picture, user, PURPOSE)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await db.transact(fail, Viewer(user))

    assert await objects(clone) == []
    assert len(files_below(folder)) == 3
    assert await sweeping.sweep_strays(jobs_db, storage, settings) == 0  # it is young: somebody may be at it
    assert await sweeping.sweep_strays(jobs_db, storage, settings.model_copy(update={"orphan_minutes": 0})) == 3
    assert files_below(folder) == []


async def test_content_goes_an_hour_after_its_last_owner(clone, db, jobs_db, storage, settings, folder):
    anna, bert, picture, other = await make_user(clone), await make_user(clone), make_picture(1), make_picture(2)
    hers, his = await keep(db, storage, anna, picture), await keep(db, storage, bert, picture)
    await keep(db, storage, anna, other)

    async with db.write(Viewer(anna)) as tx:
        await unlink(tx, hers, anna)
    await loosen(clone)
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 0  # his is the same
    async with db.write(Viewer(bert)) as tx:
        await unlink(tx, his, bert)
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 0  # not an hour ago
    await loosen(clone)
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 1

    assert await objects(clone) == [other.hash]
    assert len(files_below(folder)) == 3
    assert await require_whole(jobs_db, storage) == 1


async def test_a_sweep_goes_on_batch_by_batch(clone, db, jobs_db, storage, settings, folder):
    user = await make_user(clone)
    for seed in range(7):
        await keep(db, storage, user, make_picture(seed))
    await drop_user(clone, user)
    await loosen(clone)

    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 7
    assert files_below(folder) == []
    assert await objects(clone) == []


async def test_two_deletions_at_the_same_moment_leave_no_content(clone, db, jobs_db, storage, settings):
    """Neither sees the other's; the sweep looks later, when both are done."""
    people, picture = [await make_user(clone) for _ in range(2)], make_picture()
    files = [await keep(db, storage, user, picture) for user in people]
    async with db.write(Viewer(people[0])) as first:
        await unlink(first, files[0], people[0])

        async def second():
            async with db.write(Viewer(people[1])) as tx:
                await unlink(tx, files[1], people[1])

        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.1)
    await waiting
    await loosen(clone)

    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 1
    assert await objects(clone) == []


async def test_an_upload_beside_a_sweep_has_its_bytes(clone, db, jobs_db, storage, settings, folder):
    """The sweep has the object's lock: the upload waits, and puts the bytes again that were gone meanwhile."""
    anna, bert, picture = await make_user(clone), await make_user(clone), make_picture()
    hers = await keep(db, storage, anna, picture)
    async with db.write(Viewer(anna)) as tx:
        await unlink(tx, hers, anna)
    await loosen(clone)
    await storage.put(picture)
    async with jobs_db.read() as tx:
        before = tx.now
    async with jobs_db.write() as tx:
        assert await sweeping._sweep_object(tx, storage=storage, hash=picture.hash, before=before)
        assert files_below(folder) == []

        async def upload():
            async with db.write(Viewer(bert)) as other:
                return await keep_image(other, storage, picture, bert, PURPOSE)

        uploading = asyncio.create_task(upload())
        await asyncio.sleep(0.2)
        assert not uploading.done()
    await uploading

    assert len(files_below(folder)) == 3
    assert await require_whole(jobs_db, storage) == 1


async def test_a_sweep_that_breaks_off_does_not_fool_the_next_upload(clone, db, jobs_db, storage, settings, folder):
    """Its bytes are gone and its row is still there: the next upload of the same looks for them."""
    anna, picture = await make_user(clone), make_picture()
    hers = await keep(db, storage, anna, picture)
    async with db.write(Viewer(anna)) as tx:
        await unlink(tx, hers, anna)
    await loosen(clone)
    async with jobs_db.read() as tx:
        before = tx.now

    async def break_off(tx):
        await sweeping._sweep_object(tx, storage=storage, hash=picture.hash, before=before)
        raise RuntimeError("the worker is killed")

    with pytest.raises(RuntimeError):
        await jobs_db.transact(break_off)
    assert (await objects(clone), files_below(folder)) == ([picture.hash], [])
    async with db.write(Viewer(anna)) as tx:
        await keep_image(tx, storage, picture, anna, PURPOSE)

    assert await require_whole(jobs_db, storage) == 1
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 0


async def test_uploads_deletions_and_sweeps_at_once_lose_nothing(clone, jobs_db, storage, settings, folder):
    eager = settings.model_copy(update={"orphan_minutes": 0})
    pictures = [make_picture(seed) for seed in range(3)]
    people = [await make_user(clone) for _ in range(6)]
    wide = await Database.open(PoolSettings(clone, APP, smallest=8, largest=8, acquire_timeout=30), Clock())

    async def come_and_go(number, user):
        for turn in range(8):
            picture = pictures[(number + turn) % 3]
            await storage.put(picture)
            id = await wide.transact(
                partial(keep_image, storage=storage, picture=picture, user_id=user, purpose=PURPOSE), Viewer(user)
            )
            if turn % 2 or number % 2:
                await wide.transact(partial(unlink, file_id=id, user_id=user), Viewer(user))

    async def sweep_along(done):
        swept = 0
        while not done.is_set():
            swept += await sweeping.sweep_orphans(jobs_db, storage, eager)
            await sweeping.sweep_strays(jobs_db, storage, eager)
        return swept

    done = asyncio.Event()
    sweeper = asyncio.create_task(sweep_along(done))
    try:
        await asyncio.gather(*(come_and_go(number, user) for number, user in enumerate(people)))
    finally:
        done.set()
        await sweeper
        await wide.close()

    assert await require_whole(jobs_db, storage) == 3
    for user in people:
        await drop_user(clone, user)
    await sweeping.sweep_orphans(jobs_db, storage, eager)
    await sweeping.sweep_strays(jobs_db, storage, eager)
    assert (await objects(clone), files_below(folder)) == ([], [])


async def test_strays_go_and_others_files_stay(clone, db, jobs_db, storage, settings, folder):
    eager = settings.model_copy(update={"orphan_minutes": 0})
    user, kept, stray = await make_user(clone), make_picture(1), make_picture(2)
    await keep(db, storage, user, kept)
    await storage.put(stray)
    (folder / "README").write_text("of somebody else")
    (folder / "ab" / "cd").mkdir(parents=True)
    (folder / "ab" / "cd" / "notes").write_text("of somebody else")

    assert await sweeping.sweep_strays(jobs_db, storage, settings) == 0
    assert await sweeping.sweep_strays(jobs_db, storage, eager) == 3

    assert sorted(files_below(folder)) == sorted(
        ["README", "ab/cd/notes", *(key_of(kept.hash, part.content) for part in kept.parts)]
    )
    assert await sweeping.sweep_partial(jobs_db, storage, settings) == 0

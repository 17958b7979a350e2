"""Content is shared, ownership is not: quotas and deletions, whoever comes at the same moment."""

import asyncio

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.core.storage import queries, sweeping
from guildhall.core.storage.actions import link, take_image, unlink
from guildhall.core.storage.errors import FileNotFound, QuotaReached
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.images import Images
from guildhall.core.storage.storage import Storage
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import uuid7
from guildhall.testing.people import make_user
from tests.core.storage.make import (
    PURPOSE,
    drop_user,
    files_below,
    keep,
    loosen,
    make_bytes,
    make_picture,
    mine,
    objects,
    require_whole,
)


async def test_two_people_share_content_and_no_ownership(clone, db, jobs_db, storage, folder):
    anna, bert, picture = await make_user(clone), await make_user(clone), make_picture()

    hers = await keep(db, storage, anna, picture, private=True)
    his = await keep(db, storage, bert, picture)

    assert await objects(clone) == [picture.hash]
    assert len(files_below(folder)) == 3
    [her_file], [his_file] = await mine(db, anna), await mine(db, bert)
    assert (her_file.id, her_file.private, her_file.bytes) == (hers, True, picture.size)
    assert (his_file.id, his_file.private, his_file.bytes) == (his, False, picture.size)
    assert her_file.sha256 == his_file.sha256 == picture.hash.hex()
    async with db.write(Viewer(bert)) as tx:
        with pytest.raises(FileNotFound):
            await unlink(tx, hers, bert)
        assert await queries.file.one_or_none(tx, hers) is None
        assert await queries.used_bytes.one(tx, anna) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.write(Viewer(bert)) as tx:
            await queries.add_file.run(tx, FileId(uuid7()), anna, picture.hash, PURPOSE, False, 1, tx.now)


async def test_requests_write_no_object_away(clone, db, storage):
    user = await make_user(clone)
    await keep(db, storage, user, make_picture())
    for statement in (
        "delete from core.storage_objects", "delete from core.storage_variants",
        "update core.storage_objects set size = 1", "update core.storage_files set user_id = user_id",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.write(Viewer(user)) as tx:
                await tx.connection.execute(statement)


async def test_a_purpose_is_a_name_of_a_pack(clone, db, storage):
    user = await make_user(clone)
    with pytest.raises(asyncpg.CheckViolationError):
        await keep(db, storage, user, make_picture(), purpose="Photos")


async def test_quotas_hold_when_sixteen_come_at_once(clone, storage, settings):
    user, pictures = await make_user(clone), [make_picture(seed) for seed in range(16)]
    most = max(picture.size for picture in pictures)
    room = 5 * most / 1_000_000
    tight = Storage(settings.model_copy(update={"quota_free_mb": room}))
    wide = await Database.open(PoolSettings(clone, APP, smallest=16, largest=16, acquire_timeout=30), Clock())
    try:
        done = await asyncio.gather(*(keep(wide, tight, user, picture) for picture in pictures), return_exceptions=True)
        kept = await mine(wide, user)
    finally:
        await wide.close()

    refused = [one for one in done if isinstance(one, QuotaReached)]
    assert len(refused) + len(kept) == 16
    assert 5 * most - most < sum(one.bytes for one in kept) <= 5 * most
    assert all(one.left < one.needed for one in refused)
    assert {one.id for one in kept} == {one for one in done if not isinstance(one, BaseException)}


async def test_sixteen_uploads_of_the_same_are_one_object(clone, jobs_db, storage, folder):
    picture = make_picture()
    people = [await make_user(clone) for _ in range(16)]
    wide = await Database.open(PoolSettings(clone, APP, smallest=16, largest=16, acquire_timeout=30), Clock())
    try:
        await asyncio.gather(*(keep(wide, storage, user, picture) for user in people))
    finally:
        await wide.close()

    assert await objects(clone) == [picture.hash]
    assert len(files_below(folder)) == 3
    assert await require_whole(jobs_db, storage) == 1


async def test_premium_accounts_keep_more(clone, db, settings):
    picture = make_picture()
    free, premium = await make_user(clone), await make_user(clone, subscription_tier="premium")
    none = Storage(settings.model_copy(update={"quota_free_mb": 0}))

    await keep(db, none, premium, picture)
    with pytest.raises(QuotaReached) as full:
        await keep(db, none, free, picture)

    assert (full.value.left, full.value.needed) == (0, picture.size)


async def test_who_has_no_room_fills_no_disk(clone, db, settings, folder):
    user, images = await make_user(clone), Images(settings)
    none = Storage(settings.model_copy(update={"quota_free_mb": 0}))
    try:
        with pytest.raises(QuotaReached):
            await take_image(db, none, images, Viewer(user), make_bytes())
        assert files_below(folder) == []
        picture = await take_image(db, Storage(settings), images, Viewer(user), make_bytes())
    finally:
        await images.close()
    assert len(files_below(folder)) == len({part.content for part in picture.parts})


async def test_files_go_with_the_account(clone, db, jobs_db, storage, settings, folder):
    anna, bert, picture = await make_user(clone), await make_user(clone), make_picture()
    await keep(db, storage, anna, picture)
    his = await keep(db, storage, bert, picture)
    alone = await keep(db, storage, anna, make_picture(2))

    await drop_user(clone, anna)

    async with db.read() as tx:
        assert await queries.served.one_or_none(tx, alone, "original") is None
        assert (await queries.served.one(tx, his, "small")).content == picture.thumbnails[1].content
    await loosen(clone)
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 1
    assert await objects(clone) == [picture.hash]
    assert await require_whole(jobs_db, storage) == 1


async def test_content_goes_to_another_owner(clone, db, jobs_db, storage, settings):
    anna, bert, picture = await make_user(clone), await make_user(clone), make_picture()
    hers = await keep(db, storage, anna, picture, private=True)

    async with db.write(Viewer(bert)) as tx:
        his = await link(tx, storage, hers, bert, "club.gift")
    async with db.write(Viewer(anna)) as tx:
        await unlink(tx, hers, anna)
    await loosen(clone)
    assert await sweeping.sweep_orphans(jobs_db, storage, settings) == 0
    with pytest.raises(FileNotFound):
        async with db.write(Viewer(bert)) as tx:
            await link(tx, storage, hers, bert, "club.gift")
    with pytest.raises(QuotaReached):
        async with db.write(Viewer(bert)) as tx:
            await link(tx, Storage(settings.model_copy(update={"quota_free_mb": 0})), his, bert, "club.gift")

    [file] = await mine(db, bert)
    assert (file.id, file.purpose, file.private, file.bytes) == (his, "club.gift", False, picture.size)
    assert await require_whole(jobs_db, storage) == 1

"""The linked account of a development database: weeks of snapshots, and alive at the sandbox."""

from datetime import timedelta
from itertools import pairwise

from guildhall.core.vault.vault import Vault
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.seed import EXILE, seed
from guildhall.packs.poe2.settings import Poe2Settings


async def seeded(house, jobs_db):
    """Seed, as the commands do."""
    return await seed(jobs_db, house.runtime.provided[Vault], house.runtime.provided[Poe2Settings])


async def test_the_seed_is_there_once_with_weeks_of_growth(house, jobs_db):
    first, again = await seeded(house, jobs_db), await seeded(house, jobs_db)

    assert (first, again) == ({"characters": 2}, {"characters": 0})
    rows = await house.rows(
        "select character, snapshot_at, level, experience, tableoid::regclass::text as place"
        " from poe2.character_snapshots order by character, snapshot_at"
    )
    assert len({row["character"] for row in rows}) == 2
    assert rows[-1]["snapshot_at"] - rows[0]["snapshot_at"] > timedelta(days=19)
    for one, next_one in pairwise(rows):
        if one["character"] == next_one["character"]:
            assert one["experience"] <= next_one["experience"]
    assert not any(row["place"].endswith("default") for row in rows)
    assert await house.rows("select from poe2.equipment_changes limit 1") != []
    assert await house.rows("select from core.notification_log") == []


async def test_the_seeded_characters_live_on_at_the_sandbox(house, ggg, jobs_db):
    await seeded(house, jobs_db)
    keys = [row["key"] for row in await house.rows("select key from core.fresh_rows where name = 'poe2_characters'")]

    for key in keys:
        await ggg.pass_time(house, timedelta(seconds=15))
        await house.refresh(WATCHED, key)

    assert len(keys) == 2
    assert ggg.grants.refreshes == 1, "one token for both"
    assert await house.rows("select state from poe2.accounts") == [{"state": "linked"}]
    assert [row["state"] for row in await house.rows("select state from poe2.characters")] == ["there", "there"]


async def test_whoever_signs_in_as_the_seeded_account_is_the_seeded_user(house, ggg, jobs_db):
    await seeded(house, jobs_db)

    exile = await ggg.sign_in(house)

    assert exile.id == EXILE
    assert len((await exile.get("/api/v1/poe2/watched")).json["items"]) == 2

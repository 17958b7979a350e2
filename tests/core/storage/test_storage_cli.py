"""Operators list files, check their bytes and sweep."""

import pytest

from guildhall.core.storage.store import key_of
from guildhall.ids import uuid7
from tests.core.storage.make import files_below, loosen, make_bytes, objects

UPLOAD = "/api/v1/storage/images?purpose=club.photo"


@pytest.fixture
async def house(start_guildhall, sandbox, tmp_path):
    return await start_guildhall(sandbox, storage={"objects_folder": tmp_path / "storage", "sweep_batch": 2})


@pytest.fixture
async def anna(house):
    """Somebody with three images, one of them private."""
    person = await house.sign_in(name="Anna")
    for seed, private in ((1, "false"), (2, "true"), (3, "false")):
        assert (await person.post(f"{UPLOAD}&private={private}", data=make_bytes(seed))).status == 201
    return person


async def run(house, *words: str, failing=False):
    return await house.command("storage", *words, failing=failing)


async def test_files_are_listed(house, anna):
    whole = (await run(house, "list", "--json")).json
    hers = (await run(house, "list", "--user", str(anna.id), "--limit", "2", "--json")).json
    rest = (await run(house, "list", "--user", str(anna.id), "--after", hers[1]["id"], "--json")).json
    table = (await run(house, "list", "--purpose", "club.photo")).output

    assert [one["id"] for one in hers + rest] == [one["id"] for one in whole]
    assert [one["private"] for one in whole] == [False, True, False]
    assert "private" in table
    assert (await run(house, "list", "--user", str(uuid7()), "--json")).json == []
    assert (await run(house, "list", "--purpose", "club.other", "--json")).json == []


async def test_all_bytes_are_compared(house, anna, clone, tmp_path):
    folder = tmp_path / "storage"
    first, second, third = await objects(clone)
    sound = (await run(house, "check", "--json")).json
    behind = (await run(house, "check", "--after", first.hex())).output

    place = folder / key_of(first, first)
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    thumbnail = next(name for name in files_below(folder) if name.startswith(key_of(second, second) + "."))
    (folder / thumbnail).unlink()
    place = folder / key_of(third, third)
    place.write_bytes(place.read_bytes() + b"more")
    wrong = await run(house, "check", failing=True)
    later = await run(house, "check", "--after", second.hex(), "--json", failing=True)

    assert sound == {"objects": 3, "wrong": []}
    assert "2 objects were read; nothing is wrong." in behind
    assert wrong.status == 1
    assert f"{first.hex()} (original): its bytes are not those that were kept" in wrong.output
    assert f"{second.hex()} (" in wrong.output
    assert "its bytes are missing" in wrong.output
    assert f"{third.hex()} (original): it should have" in wrong.output
    assert "3 objects were read; 3 are wrong." in wrong.output
    assert (later.json["objects"], len(later.json["wrong"])) == (1, 1)
    for position in ("xyz", "abcd"):
        assert (await run(house, "check", "--after", position, failing=True)).status == 2


async def test_a_check_that_breaks_off_says_how_to_go_on(house, anna, clone, tmp_path):
    folder = tmp_path / "storage"
    _, second, third = await objects(clone)
    place = folder / key_of(third, third)
    place.unlink()
    place.mkdir()

    stopped = await run(house, "check", failing=True)

    assert stopped.status == 1
    assert f"guildhall storage check --after {second.hex()}" in stopped.error.replace("\n", "")


async def test_a_sweep_by_hand(house, anna, clone, tmp_path):
    nothing = (await run(house, "sweep", "--json")).json
    for one in (await anna.get("/api/v1/me/storage")).json["items"]:
        await anna.delete(f"/api/v1/me/storage/{one['id']}")
    await loosen(clone)
    swept = (await run(house, "sweep")).output

    assert nothing == {"objects": 0, "partial": 0, "strays": 0}
    assert "3 objects, 0 broken uploads and 0 strays are gone." in swept
    assert files_below(tmp_path / "storage") == []

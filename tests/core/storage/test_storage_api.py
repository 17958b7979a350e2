"""Files over HTTP: uploads, lists, deletion, and whoever has an address."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PIL import Image

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.storage.addresses import Addresses
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.images import Images
from guildhall.core.storage.messages import SweepOrphans, SweepStrays
from guildhall.ids import uuid7
from tests.core.storage.make import (
    encoded,
    files_below,
    jpeg_that_claims,
    loosen,
    make_bytes,
    make_image,
    objects,
    png_that_claims,
)

UPLOAD = "/api/v1/storage/images?purpose=club.photo"
MINE = "/api/v1/me/storage"
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture(params=["folder", "memory"])
async def place(request, start_guildhall, sandbox, tmp_path):
    """A web process whose files are in a folder, and one whose files are in an object store."""
    chosen = {"objects_folder": tmp_path / "storage"} if request.param == "folder" else {"url": "memory:///"}
    return await start_guildhall(sandbox, storage=chosen)


@pytest.fixture
async def house(start_guildhall, sandbox, tmp_path):
    return await start_guildhall(sandbox, storage={"objects_folder": tmp_path / "storage"})


async def upload(person, seed=1, private=False, **options):
    answer = await person.post(f"{UPLOAD}&private={str(private).lower()}", data=make_bytes(seed), **options)
    assert answer.status == 201, answer
    return answer.json


async def test_an_image_is_kept_listed_served_and_deleted(place):
    anna = await place.sign_in(name="Anna")
    file = await upload(anna)

    listed = (await anna.get(MINE)).json
    served = {name: await place.get(file[name]) for name in ("original", "large", "small")}
    gone = await anna.delete(f"{MINE}/{file['id']}")
    after = await place.get(file["original"])
    again = await anna.delete(f"{MINE}/{file['id']}")

    assert (file["purpose"], file["private"], file["expires_at"]) == ("club.photo", False, None)
    assert (file["width"], file["height"], file["media_type"]) == (640, 480, "image/webp")
    assert listed["items"] == [file]
    assert listed["used_bytes"] == file["bytes"] == sum(len(one.body) for one in served.values())
    assert listed["left_bytes"] == listed["quota_bytes"] - file["bytes"] == 200_000_000 - file["bytes"]
    sizes = [Image.open(io.BytesIO(served[name].body)).size for name in ("original", "large", "small")]
    assert sizes == [(640, 480), (640, 480), (160, 120)]
    for answer in served.values():
        assert answer.status == 200
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == FOREVER
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["etag"].strip('"').isalnum()
    assert served["original"].headers["etag"] == f'"{file["sha256"]}"'
    assert gone.status == 204
    assert (after.status, after.code) == (404, "storage.file_not_found")
    assert (again.status, again.code) == (404, "storage.file_not_found")
    assert (await anna.get(MINE)).json["used_bytes"] == 0


async def test_ranges(place):
    anna = await place.sign_in(name="Anna")
    address = (await upload(anna))["original"]
    whole = (await place.get(address)).body
    size = len(whole)

    async def ask(value, **more):
        return await place.get(address, headers={"range": value, **more})

    for value, part, said in (
        ("bytes=0-9", whole[:10], f"bytes 0-9/{size}"),
        ("bytes=10-", whole[10:], f"bytes 10-{size - 1}/{size}"),
        ("bytes=-7", whole[-7:], f"bytes {size - 7}-{size - 1}/{size}"),
        (f"bytes=5-{10**12}", whole[5:], f"bytes 5-{size - 1}/{size}"),
        (f"bytes=-{10**12}", whole, f"bytes 0-{size - 1}/{size}"),
    ):
        answer = await ask(value)
        assert (answer.status, answer.body, answer.headers["content-range"]) == (206, part, said)
        assert answer.headers["content-length"] == str(len(part))
    for value in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}", "bytes=-0"):
        answer = await ask(value)
        assert (answer.status, answer.code) == (416, "range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{size}"
    for value in ("bytes=0-1,4-5", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 40 + "-"):
        answer = await ask(value)
        assert (answer.status, answer.body) == (200, whole)
    tag = (await place.get(address)).headers["etag"]
    assert (await ask("bytes=0-9", **{"if-range": tag})).status == 206
    assert (await ask("bytes=0-9", **{"if-range": '"another"'})).status == 200
    head = await place.request("HEAD", address, headers={"range": "bytes=0-9"})
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(size))
    assert head.headers["accept-ranges"] == "bytes"


async def test_who_has_it_already_gets_no_bytes(house):
    anna = await house.sign_in(name="Anna")
    address = (await upload(anna))["small"]
    tag = (await house.get(address)).headers["etag"]
    for header in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = await house.get(address, headers={"if-none-match": header})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    assert (await house.get(address, headers={"if-none-match": '"x"'})).status == 200


async def test_private_files_have_signed_addresses_alone(house):
    anna, bert = await house.sign_in(name="Anna"), await house.sign_in(name="Bert")
    file, other = await upload(anna, private=True), await upload(anna, seed=2, private=True)
    bare, signature = f"/files/{file['id']}", file["original"].rpartition("=")[2]
    addresses = house.provided(Addresses)
    id, now = FileId(UUID(file["id"])), datetime.now(UTC)

    good = [await house.get(file[name]) for name in ("original", "large", "small")]
    expires = file["original"].partition("expires=")[2].partition("&")[0]
    wrong = [
        bare,
        f"{bare}?expires={expires}",
        f"{bare}?signature={signature}",
        f"{bare}?expires={int(expires) + 1}&signature={signature}",
        f"{bare}?expires={expires}&signature={signature[:-1]}",
        f"{bare}?expires={expires}&signature={'A' * 43}",
        f"{bare}?expires={expires}&signature=%C3%A9",
        f"/files/{other['id']}?expires={expires}&signature={signature}",
        addresses.signed_address(id, expires_at=now - timedelta(seconds=1)),
    ]
    refused = [await who.get(address) for address in wrong for who in (house, anna, bert)]
    soon = await house.get(addresses.signed_address(id, "small", expires_at=now + timedelta(minutes=5)))
    gone = await anna.delete(f"{MINE}/{file['id']}")
    deleted = await house.get(file["original"])

    assert [answer.status for answer in good] == [200] * 3
    kept, _, seconds = good[0].headers["cache-control"].partition("=")
    assert kept == "private, max-age"
    assert 3500 < int(seconds) <= 3600
    assert file["expires_at"] is not None
    assert {(answer.status, answer.code) for answer in refused} == {(404, "storage.file_not_found")}
    assert soon.status == 200
    assert (gone.status, deleted.status) == (204, 404)


async def test_an_address_of_nothing_leads_nowhere(house):
    for address in (f"/files/{uuid7()}", "/files/x", f"/files/{uuid7()}?variant=huge", f"/files/{uuid7()}?expires=x"):
        assert (await house.get(address)).status in (400, 404)


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "storage.not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "storage.not_an_image"),
        (encoded(make_image(), "GIF"), 415, "storage.not_an_image"),
        (make_bytes()[:2000], 422, "storage.broken_image"),
        (png_that_claims(40_000, 40_000), 422, "storage.too_many_pixels"),
        (jpeg_that_claims(60_000, 60_000), 422, "storage.too_many_pixels"),
        (encoded(make_image(), "PNG", save_all=True, append_images=[make_image(seed=2)]), 422,
         "storage.animated_image"),
        (bytes(15_000_001), 413, "too_large"),
    ],
    ids=["nothing", "svg", "gif", "cut off", "png bomb", "jpeg bomb", "animation", "too large"],
)  # fmt: skip
async def test_what_is_no_image_is_refused(house, tmp_path, data, status, code):
    anna = await house.sign_in(name="Anna")
    answer = await anna.post(UPLOAD, data=io.BytesIO(data), headers={"content-type": "image/jpeg"})

    assert (answer.status, answer.code) == (status, code)
    assert files_below(tmp_path / "storage") == []
    assert (await anna.get(MINE)).json["items"] == []


async def test_a_body_that_grows_too_large_is_refused(house):
    anna = await house.sign_in(name="Anna")

    async def pieces():
        for _ in range(16):
            yield bytes(1_000_000)

    assert (await anna.post(UPLOAD, data=pieces())).code == "too_large"


@pytest.mark.parametrize("query", ["", "?purpose=photo", "?purpose=Club.photo", "?purpose=club.photo&private=perhaps"])
async def test_an_upload_says_what_it_is_for(house, query):
    anna = await house.sign_in(name="Anna")
    assert (await anna.post(f"/api/v1/storage/images{query}", data=make_bytes())).status == 400


async def test_quotas_are_told(start_guildhall, sandbox, tmp_path):
    house = await start_guildhall(sandbox, storage={"objects_folder": tmp_path / "storage", "quota_free_mb": 0})
    anna, paid = await house.sign_in(name="Anna"), await house.sign_in(name="Paul", subscription_tier="premium")

    answer = await anna.post(UPLOAD, data=make_bytes())
    await upload(paid)

    assert (answer.status, answer.code) == (409, "storage.quota_reached")
    assert "0 bytes are left" in answer.problem.detail
    assert (await anna.get(MINE)).json["quota_bytes"] == 0
    assert (await paid.get(MINE)).json["quota_bytes"] == 2_000_000_000


async def test_too_many_at_once_wait_or_are_told(start_guildhall, sandbox, tmp_path):
    house = await start_guildhall(
        sandbox, storage={"objects_folder": tmp_path / "storage", "images_at_once": 1, "images_waiting": 0}
    )
    anna = await house.sign_in(name="Anna")
    slow = make_bytes(width=3000, height=2000)
    answers = await asyncio.gather(*(anna.post(UPLOAD, data=slow) for _ in range(6)))

    assert {answer.status for answer in answers} == {201, 503}
    busy = next(answer for answer in answers if answer.status == 503)
    assert (busy.code, busy.headers["retry-after"]) == ("storage.images_busy", "2")
    assert house.provided(Images)._under_way == 0


async def test_a_store_that_is_away_is_told(start_guildhall, sandbox, tmp_path):
    (tmp_path / "storage").write_text("no folder")
    house = await start_guildhall(sandbox, storage={"objects_folder": tmp_path / "storage"})
    anna = await house.sign_in(name="Anna")

    answer = await anna.post(UPLOAD, data=make_bytes())

    assert (answer.status, answer.code) == (503, "storage.storage_unavailable")
    assert str(tmp_path) not in answer.body.decode()
    assert (await anna.get(MINE)).json["items"] == []


async def test_bytes_that_are_lost_are_told(house, tmp_path):
    anna = await house.sign_in(name="Anna")
    file = await upload(anna)
    for name in files_below(tmp_path / "storage"):
        (tmp_path / "storage" / name).unlink()

    answer = await house.get(file["small"])

    assert (answer.status, answer.code) == (503, "storage.storage_unavailable")
    assert answer.headers["cache-control"] == "no-store"


async def test_lists_are_pages_and_nobody_sees_those_of_others(house):
    anna, bert = await house.sign_in(name="Anna"), await house.sign_in(name="Bert")
    made = [(await upload(anna, seed))["id"] for seed in range(3)]
    his = await upload(bert)

    first = (await anna.get(f"{MINE}?limit=2")).json
    rest = (await anna.get(f"{MINE}?limit=2&after={first['next']}")).json

    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert first["used_bytes"] == rest["used_bytes"]
    assert (await anna.delete(f"{MINE}/{his['id']}")).code == "storage.file_not_found"
    assert len((await bert.get(MINE)).json["items"]) == 1


async def test_permissions(house):
    anna = await house.sign_in(name="Anna")
    reader, writer = await anna.token("storage:read"), await anna.token("storage:write")
    assert (await house.post(UPLOAD, data=make_bytes())).status == 401
    assert (await house.get(MINE)).status == 401
    assert (await reader.post(UPLOAD, data=make_bytes())).status == 403
    assert (await writer.get(MINE)).status == 403
    file = await upload(writer)
    assert len((await reader.get(MINE)).json["items"]) == 1
    assert (await reader.delete(f"{MINE}/{file['id']}")).status == 403
    page = anna.page()
    assert (await page.post(UPLOAD, data=make_bytes(2))).status == 201
    uncovered = {name: value for name, value in page.headers.items() if name == "Cookie"}
    assert (await house.post(UPLOAD, data=make_bytes(2), headers=uncovered)).status == 403


async def test_uploads_have_a_limit_of_their_own(start_guildhall, sandbox, tmp_path):
    house = await start_guildhall(
        sandbox, storage={"objects_folder": tmp_path / "storage"}, limits={"upload_free": 2, "unsynced_percent": 1}
    )
    anna = await house.sign_in(name="Anna")
    statuses = [(await anna.post(UPLOAD, data=make_bytes())).status for _ in range(3)]
    assert statuses == [201, 201, 429]


async def test_files_are_exported_and_go_with_the_account(house, clone, tmp_path):
    anna, bert = await house.sign_in(name="Anna"), await house.sign_in(name="Bert")
    shared, alone = await upload(anna), await upload(anna, seed=2, private=True)
    his = await upload(bert)

    exported = (await anna.get("/api/v1/me/export")).json["tables"]["core.storage_files"]
    deleted = await anna.delete("/api/v1/me")
    left = [await house.get(address) for address in (shared["original"], alone["original"], his["original"])]
    await loosen(clone)
    jobs = await house.work(SweepOrphans(), SweepStrays())

    assert [(one["id"], one["sha256"], one["private"], one["address"]) for one in exported] == [
        (shared["id"], shared["sha256"], False, f"/files/{shared['id']}"),
        (alone["id"], alone["sha256"], True, f"/files/{alone['id']}"),
    ]
    assert deleted.status == 204
    assert [answer.status for answer in left] == [404, 404, 200]
    assert jobs[0].result == {"objects": 1, "partial": 0}
    assert jobs[1].result == {"strays": 0}
    assert AccountDeleted.name in [job.job_type for job in jobs]
    assert [one.hex() for one in await objects(clone)] == [his["sha256"]]
    assert (await house.get(his["original"])).status == 200

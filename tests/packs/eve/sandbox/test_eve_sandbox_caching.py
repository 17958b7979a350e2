"""Caching, pages, limits and authorization of ESI as clients meet them."""

from dataclasses import replace
from email.utils import parsedate_to_datetime

from guildhall.packs.eve.sandbox import CALLS


def moment(headers, name):
    return parsedate_to_datetime(headers[name]).timestamp()


async def view(sandbox):
    return await sandbox.control("/calls", method="GET")


async def test_a_tag_saves_the_body_and_expiry_is_fresh(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/planets"
    status, first, body = await sandbox.esi(path, token)
    assert (status, len(body)) == (200, 4)
    assert moment(first, "Expires") - moment(first, "Date") == 600
    sandbox.pass_time(601)
    status, second, body = await sandbox.esi(path, token, headers={"If-None-Match": first["ETag"]})
    assert (status, body) == (304, b"")
    assert second["ETag"] == first["ETag"]
    assert second["Last-Modified"] == first["Last-Modified"]
    assert moment(second, "Expires") - moment(second, "Date") == 600
    assert (await view(sandbox))["early"] == 0
    status, _, _ = await sandbox.esi(path, token, headers={"If-Modified-Since": first["Last-Modified"]})
    assert status == 304


async def test_an_answer_holds_until_it_expires(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/industry/jobs"
    _, first, before = await sandbox.esi(path, token)
    await sandbox.control(f"/pilots/{pilot}/jobs", {"seconds": 60})
    sandbox.pass_time(200)
    _, second, after = await sandbox.esi(path, token)
    assert after == before
    assert second["Expires"] == first["Expires"]
    sandbox.pass_time(101)
    _, third, after = await sandbox.esi(path, token)
    assert len(after) == len(before) + 1
    assert third["ETag"] != first["ETag"]
    assert moment(third, "Last-Modified") > moment(first, "Last-Modified")


async def test_asking_early_is_counted_for_who_asked(sandbox):
    one, other = sandbox.pilots[:2]
    for pilot in (one, other):
        await sandbox.esi(f"/characters/{pilot}/mail", await sandbox.mint(pilot))
    assert (await view(sandbox))["early"] == 0
    sandbox.pass_time(10)
    await sandbox.esi(f"/characters/{one}/mail", await sandbox.mint(one))
    calls = await view(sandbox)
    assert calls["early"] == 1
    assert calls["early_calls"][0]["character"] == one
    assert 18 < calls["early_calls"][0]["seconds"] <= 20
    await sandbox.esi(f"/characters/{one}/mail?last_mail_id=5", await sandbox.mint(one))
    assert (await view(sandbox))["early"] == 1
    assert calls["characters"][str(one)] == {"GET /characters/{character_id}/mail": {"200": 2}}


async def test_event_routes_have_an_age_and_no_expiry(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/skillqueue"
    _, first, _ = await sandbox.esi(path, token)
    assert first["Cache-Control"] == "private, max-age=60, must-revalidate, stale-if-error=900"
    assert "Expires" not in first
    await sandbox.control(f"/pilots/{pilot}/queue", {"action": "add", "skill_id": 3436, "level": 5})
    sandbox.pass_time(30)
    _, second, _ = await sandbox.esi(path, token)
    # It changed at once, and the client asked too early all the same.
    assert second["ETag"] != first["ETag"]
    assert moment(second, "Last-Modified") > moment(first, "Last-Modified")
    assert (await view(sandbox))["early"] == 1


async def test_static_routes_expire_at_five_past_eleven(sandbox):
    _, headers, _ = await sandbox.esi("/universe/types/34")
    assert headers["Expires"] == "Wed, 02 Sep 2026 11:05:00 GMT"
    assert headers["Content-Language"] == "en"
    _, headers, _ = await sandbox.esi("/universe/types/34", headers={"Accept-Language": "de"})
    assert headers["Content-Language"] == "de"


async def test_both_kinds_of_tags_exist(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    paths = ("skills", "mail", "wallet", "orders", "location", "ship")
    tags = [(await sandbox.esi(f"/characters/{pilot}/{path}", token))[1]["ETag"] for path in paths]
    assert {tag.startswith("W/") for tag in tags} == {True, False}
    assert all(tag.removeprefix("W/").startswith('"') for tag in tags)


async def test_pages_are_of_one_moment(start, options):
    sandbox = await start(replace(options, page_rows=10))
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/orders/history"
    _, first, rows = await sandbox.esi(path, token)
    pages = int(first["X-Pages"])
    assert (pages > 1, len(rows)) == (True, 10)
    sandbox.pass_time(5)
    for page in range(2, pages + 1):
        _, headers, more = await sandbox.esi(f"{path}?page={page}", token)
        assert headers["Last-Modified"] == first["Last-Modified"]
        assert headers["Expires"] == first["Expires"]
        rows += more
    assert len({row["order_id"] for row in rows}) == len(rows)
    status, _, body = await sandbox.esi(f"{path}?page={pages + 1}", token)
    assert (status, body["error"]) == (404, "Requested page does not exist!")
    assert (await sandbox.esi(f"{path}?page=0", token))[0] == 400


async def test_a_bucket_is_spent_by_status(sandbox):
    pilot = sandbox.pilots[0]
    token, scopeless = await sandbox.mint(pilot), await sandbox.mint(pilot, scopes=[])
    path = f"/characters/{pilot}/skills"
    _, headers, _ = await sandbox.esi(path, token)
    assert headers["X-Ratelimit-Limit"] == "600/15m"
    assert (headers["X-Ratelimit-Remaining"], headers["X-Ratelimit-Used"]) == ("598", "2")
    _, headers, _ = await sandbox.esi(path, token, headers={"If-None-Match": headers["ETag"]})
    assert (headers["X-Ratelimit-Remaining"], headers["X-Ratelimit-Used"]) == ("597", "1")
    mail = f"/characters/{pilot}/mail"
    await sandbox.esi(mail, token)
    _, headers, _ = await sandbox.esi(f"{mail}/7", token)
    assert (headers["X-Ratelimit-Remaining"], headers["X-Ratelimit-Used"]) == ("593", "5")
    await sandbox.control("/faults", {"mode": "error", "status": 502, "path": "/esi/characters"})
    _, headers, _ = await sandbox.esi(mail, scopeless)
    assert headers["X-Ratelimit-Used"] == "0"


async def test_notifications_run_out_after_seven_calls(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    path = f"/characters/{pilot}/notifications"
    answers = [await sandbox.esi(path, token) for _ in range(8)]
    assert [status for status, _, _ in answers] == [200] * 7 + [429]
    headers = answers[-1][1]
    assert 895 <= int(headers["Retry-After"]) <= 901
    assert headers["X-Ratelimit-Group"] == "char-notification"
    # Another pilot has a bucket of its own.
    other = sandbox.pilots[1]
    assert (await sandbox.esi(f"/characters/{other}/notifications", await sandbox.mint(other)))[0] == 200
    sandbox.pass_time(int(headers["Retry-After"]))
    assert (await sandbox.esi(path, await sandbox.mint(pilot)))[0] == 200


async def test_errors_of_a_minute_close_everything(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    sandbox.pass_time(1)
    path = "/universe/structures/1042508032148"
    status, headers, body = await sandbox.esi(path, token)
    assert (status, body) == (403, {"error": "Forbidden"})
    assert headers["X-ESI-Error-Limit-Remain"] == "99"
    assert "X-Ratelimit-Group" not in headers
    reset = int(headers["X-ESI-Error-Limit-Reset"])
    await sandbox.control("/limits", {"errors": 3})
    for _ in range(2):
        await sandbox.esi(path, token)
    status, headers, body = await sandbox.esi(f"/characters/{pilot}/skills", token)
    assert status == 420
    assert body["error"].startswith("This software has exceeded the error limit")
    assert headers["X-ESI-Error-Limit-Remain"] == "0"
    assert "X-Ratelimit-Group" not in headers
    sandbox.pass_time(reset + 1)
    assert (await sandbox.esi(f"/characters/{pilot}/skills", token))[0] == 200


async def test_limits_can_be_off(start, options):
    sandbox = await start(replace(options, limits=False))
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    for _ in range(20):
        status, headers, _ = await sandbox.esi(f"/characters/{pilot}/notifications", token)
        assert status == 200
    assert "X-Ratelimit-Group" not in headers


async def test_limits_change(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot)
    await sandbox.control("/limits", {"tokens": {"char-detail": 4}})
    path = f"/characters/{pilot}/skills"
    assert [(await sandbox.esi(path, token))[0] for _ in range(3)] == [200, 200, 429]
    await sandbox.control("/limits", {"reset": True})
    assert (await sandbox.esi(path, token))[0] == 200


async def test_who_may_see_what(sandbox):
    pilot, other = sandbox.pilots[:2]
    path = f"/characters/{pilot}/wallet"
    status, _, body = await sandbox.esi(path)
    assert (status, body["error"]) == (401, "authorization not provided")
    status, _, body = await sandbox.esi(path, await sandbox.mint(other))
    assert (status, body["error"]) == (403, "token is not valid for this character")
    status, _, body = await sandbox.esi(path, await sandbox.mint(pilot, scopes=["esi-mail.read_mail.v1"]))
    assert (status, body["error"]) == (
        403,
        "token is not valid for scope: esi-wallet.read_character_wallet.v1",
    )
    token = await sandbox.mint(pilot)
    sandbox.pass_time(1201)
    status, _, body = await sandbox.esi(path, token)
    assert (status, body["error"]) == (401, "token is expired")


async def test_one_scope_as_a_string_is_enough(sandbox):
    pilot = sandbox.pilots[0]
    token = await sandbox.mint(pilot, scopes=["esi-wallet.read_character_wallet.v1"])
    assert (await sandbox.esi(f"/characters/{pilot}/wallet", token))[0] == 200


async def test_compatibility_dates(sandbox):
    _, headers, _ = await sandbox.esi("/status", headers={"X-Compatibility-Date": "2025-12-16"})
    assert headers["X-Compatibility-Date"] == "2020-01-01"
    # The day of ESI begins at 11:00 UTC.
    assert (await sandbox.esi("/status", headers={"X-Compatibility-Date": "2026-09-01"}))[0] == 200
    assert (await sandbox.esi("/status", headers={"X-Compatibility-Date": "2026-09-02"}))[0] == 400
    assert (await sandbox.esi("/status", headers={"X-Compatibility-Date": "soon"}))[0] == 400
    async with sandbox.client.get("/eve/esi/status") as response:
        assert response.status == 200


async def test_unknown_paths_are_not_found(sandbox):
    assert (await sandbox.esi("/nothing/here"))[0] == 404
    assert (await sandbox.esi("/characters/1/mail/abc", await sandbox.mint(sandbox.pilots[0])))[0] == 403
    pilot = sandbox.pilots[0]
    assert (await sandbox.esi(f"/characters/{pilot}/mail/abc", await sandbox.mint(pilot)))[0] == 400


async def test_structures_look_alike_when_closed(sandbox):
    token = await sandbox.mint(sandbox.pilots[1])
    opened = await sandbox.esi("/universe/structures/1038046192011", token)
    assert (opened[0], opened[2]["name"]) == (200, "Amamake - Low Tide")
    for structure in (1042508032148, 1039362132152, 5):
        status, _, body = await sandbox.esi(f"/universe/structures/{structure}", token)
        assert (status, body) == (403, {"error": "Forbidden"})
    # The first pilot may dock where the second may not: answers are kept by pilot.
    first = await sandbox.mint(sandbox.pilots[0])
    assert (await sandbox.esi("/universe/structures/1039362132152", first))[0] == 200


async def test_counters_start_again(sandbox):
    await sandbox.esi("/status")
    assert (await view(sandbox))["total"] == 1
    await sandbox.control("/calls", method="DELETE")
    assert (await view(sandbox))["total"] == 0
    await sandbox.esi("/status")
    assert sandbox.app[CALLS].view().early == 1
    await sandbox.control("/representations", method="DELETE")
    await sandbox.esi("/status")
    assert sandbox.app[CALLS].view().early == 1

"""The control plane, and a client that keeps all of ESI's rules."""

from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from guildhall.packs.eve.sandbox import SandboxOptions
from guildhall.packs.eve.sandbox.esi import ESI_ROUTES

OWN = [route for route in ESI_ROUTES if route.method == "GET" and route.path.startswith("/characters/") and route.scope]
PLAIN = [route for route in OWN if route.path.count("{") == 1]


def lasts(headers):
    """Seconds that an answer may be used: its age, else its expiry, both since it was sent."""
    for part in headers["Cache-Control"].split(","):
        if part.strip().startswith("max-age="):
            return int(part.strip().removeprefix("max-age="))
    sent, expires = (parsedate_to_datetime(headers[name]).timestamp() for name in ("Date", "Expires"))
    return max(1, int(expires - sent))


@pytest.mark.parametrize("pilot", [0, 2])
async def test_a_client_that_keeps_the_rules_is_never_refused(sandbox, pilot):
    character = sandbox.pilots[pilot]
    token = await sandbox.mint(character)
    due = {route.path: 0 for route in PLAIN}
    tags: dict[str, str] = {}
    # Places may be asked for every five seconds, which is for others to do.
    for name in ("location", "ship"):
        del due[f"/characters/{{character_id}}/{name}"]
    now, statuses = 0, {200: 0, 304: 0}
    while now < 7200:
        path = min(due, key=due.__getitem__)
        wait = due[path] - now
        if wait > 0:
            sandbox.pass_time(wait)
            now += wait
            token = await sandbox.mint(character)
        status, headers, _ = await sandbox.esi(
            path.format(character_id=character), token, headers={"If-None-Match": tags.get(path, '"none"')}
        )
        statuses[status] += 1
        tags[path] = headers["ETag"]
        due[path] = now + max(lasts(headers), 120)
    calls = await sandbox.control("/calls", method="GET")
    assert calls["early"] == 0, calls["early_calls"]
    assert statuses[304] > statuses[200] > len(due)


async def test_two_pilots_with_one_token_each_share_nothing(sandbox):
    bodies = []
    for character in sandbox.pilots:
        token = await sandbox.mint(character)
        bodies.append([(await sandbox.esi(route.path.format(character_id=character), token))[2] for route in PLAIN])
    for place, route in enumerate(PLAIN):
        if route.path.rsplit("/", 1)[1] in ("implants", "ship", "location", "online", "lists", "labels"):
            continue
        assert bodies[0][place] != bodies[1][place], route.path


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/pilots/1/login", {}, 404),
        ("/pilots/{pilot}/dancing", {}, 404),
        ("/pilots/{pilot}/orders", {"type_id": 1}, 404),
        ("/pilots/{pilot}/orders", {"volume": 0}, 400),
        ("/pilots/{pilot}/orders/1", {"action": "fill"}, 404),
        ("/pilots/{pilot}/orders/1", {"action": "lose"}, 400),
        ("/pilots/{pilot}/jobs/1", {"action": "deliver"}, 404),
        ("/pilots/{pilot}/planets/1", {}, 404),
        ("/pilots/{pilot}/dancing/1", {}, 404),
        ("/pilots/{pilot}/tokens", {"action": "steal"}, 400),
        ("/switches", {"approve": 1}, 404),
        ("/switches", {"token_seconds": -1}, 400),
        ("/limits", {"errors": -1}, 400),
        ("/tokens", {"character_id": 1}, 404),
        ("/tokens", {"character_id": 1, "kind": "fine"}, 400),
        ("/clock", {"minutes": 1}, 400),
    ],
    ids=lambda value: str(value),
)
async def test_what_makes_no_sense_is_refused(sandbox, path, body, status):
    path = path.format(pilot=sandbox.pilots[0])
    async with sandbox.client.post(f"/eve/_sandbox{path}", json=body) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def test_a_fault_that_is_not_there_cannot_be_removed(sandbox):
    async with sandbox.client.delete("/eve/_sandbox/faults/7") as response:
        assert response.status == 404


async def test_switches_change_one_by_one(sandbox):
    before = await sandbox.control("/switches", method="GET")
    assert before == {"approve": None, "token_seconds": 0.0, "downtime": False, "vip": False, "rotate": True}
    after = await sandbox.control("/switches", {"approve": sandbox.pilots[0], "vip": True})
    assert after == {**before, "approve": sandbox.pilots[0], "vip": True}
    assert await sandbox.control("/switches", {"approve": None, "vip": False}) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"pilots": -1},
        {"pilots": 20_001},
        {"access_seconds": 0},
        {"code_seconds": 0},
        {"page_rows": 0},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|must live"):
        SandboxOptions(**wrong)


async def test_many_pilots_are_cheap_until_asked_for(start, options):
    sandbox = await start(replace(options, pilots=20_000))
    pilot = sandbox.pilots[-1]
    assert (await sandbox.esi(f"/characters/{pilot}/skills", await sandbox.mint(pilot)))[0] == 200
    assert (await sandbox.esi("/universe/names", method="POST", json=sandbox.pilots[:1000]))[0] == 200

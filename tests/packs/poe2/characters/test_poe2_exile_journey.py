"""An exile's whole way over real HTTP: sign-in, list, watch, snapshots, an outage, a revocation, a return, the end.

Tokens that the game gives out on the way are searched for in every answer and every row.
"""

from datetime import timedelta

import pytest

from guildhall.core.fresh.messages import RefreshKept
from guildhall.packs.poe2.ggg.messages import KeepLinks

pytestmark = pytest.mark.slow

CHARACTERS = "/api/v1/poe2/characters"


class Journey:
    """A person on the way, and what was said to them."""

    def __init__(self, house, ggg) -> None:
        self.house = house
        self.ggg = ggg
        self.said: list[bytes] = []
        self.tokens: list[str] = []
        give = ggg.grants._give

        def remember(refresh, now):
            given = give(refresh, now)
            self.tokens += [given.access, given.refresh]
            return given

        ggg.grants._give = remember

    async def sign_in(self):
        """Sign in with Path of Exile, and let the workers do what follows."""
        self.person = await self.ggg.sign_in(self.house)
        await self.house.work()

    async def ask(self, method, path, **options):
        """Ask in a session of now, and keep what was said."""
        person = await self.house.sign_in(self.person.id)
        answer = await getattr(person, method)(path, **options)
        self.said.append(answer.body)
        return answer

    async def pass_time(self, by):
        """Let time pass, and the rounds of that time come."""
        await self.ggg.pass_time(self.house, by)
        await self.house.work(RefreshKept("poe2_characters"))

    async def told(self):
        """The titles of all notices."""
        answer = await self.ask("get", "/api/v1/notifications")
        return [one["title"] for one in answer.json["items"]]


async def rows_as_text(house):
    """Every row of every table."""
    tables = await house.rows(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('core', 'poe2')"
    )
    texts = [await house.rows(f"select t::text as row from {table['name']} t") for table in tables]
    return "\n".join(row["row"] for rows in texts for row in rows)


async def test_an_exile_s_way(house, ggg):
    way = Journey(house, ggg)
    await way.sign_in()
    main = ggg.sheet(4)

    listed = await way.ask("get", CHARACTERS)
    shown = await way.ask("get", f"{CHARACTERS}/{main.name}")
    watched = await way.ask("put", f"{CHARACTERS}/{main.name}/watch")
    await house.work()
    assert (listed.status, shown.status, watched.status) == (200, 200, 200)
    assert len(listed.json["items"]) == 5

    for _ in range(3):
        await ggg.control(f"/characters/{main.name}", {"play_hours": 4})
        await way.pass_time(timedelta(hours=3))
    progress = (await way.ask("get", f"{CHARACTERS}/{main.name}/progress")).json["items"]
    assert len(progress) == 4
    assert progress[0]["level"] > progress[-1]["level"]
    assert len((await way.ask("get", f"{CHARACTERS}/{main.name}/equipment")).json["items"]) > 0

    ggg.fault("error", "/api", status=503)
    await way.pass_time(timedelta(hours=3))
    stale = await way.ask("get", CHARACTERS)
    ggg.heal()
    assert stale.status == 200
    assert int(stale.headers["age"]) > 3600
    assert await way.told() == []

    await ggg.control("/accounts/Exile_One", {"revoke": True})
    await way.pass_time(timedelta(hours=3))
    refused = await way.ask("get", "/api/v1/poe2/account/leagues")
    assert (refused.status, refused.code) == (409, "poe2.link_ended")
    assert await way.told() == ["Sign in with Path of Exile again"]
    kept = await way.ask("get", f"{CHARACTERS}/{main.name}/progress")
    assert len(kept.json["items"]) == 4

    await way.sign_in()
    await ggg.control(f"/characters/{main.name}", {"name": "Reborn", "play_hours": 5})
    await way.pass_time(timedelta(hours=3))
    after = (await way.ask("get", f"{CHARACTERS}/Reborn/progress")).json["items"]
    assert len(after) > 4
    assert (await way.told())[0] == f"{kept.json['items'][0]['character_name']} is called Reborn now"
    await house.work(KeepLinks())

    export = await way.ask("get", "/api/v1/me/export")
    assert export.status == 200
    everything = await rows_as_text(house) + "".join(body.decode() for body in way.said)
    assert len(way.tokens) >= 4
    assert [token for token in way.tokens if token in everything] == []

    gone = await way.ask("delete", "/api/v1/poe2/account")
    await house.work()
    tables = (
        "accounts", "characters", "character_snapshots", "character_leagues", "equipment_changes",
        "pending_revocations",
    )  # fmt: skip
    left = [await house.rows(f"select from poe2.{table}") for table in tables]
    assert gone.status == 204
    assert left == [[]] * 6
    assert ggg.grants.living(ggg.account(), ggg.app_now()) == 0
    assert ggg.policies.violations == 0

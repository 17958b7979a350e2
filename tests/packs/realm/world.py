"""One of everything of the realm, for tests that go through all of it, and people who may do nearly everything."""

from uuid import UUID

import asyncpg

from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.ids import ServerId
from guildhall.testing.people import make_user
from tests.packs.realm.make import insert, make_channel, make_server

_WAR = """
insert into realm.guild_wars (id, server_id, attacker_id, defender_id, territory_id, declared_by, starts_at, ends_at)
values ($1, $2, $3, $4, $5, $6, now() + interval '1 hour', now() + interval '2 hours')
"""


# What somebody deleted before is not joined any more, nor what is full.
_JOINS = (
    ("insert into realm.channel_members (channel_id, user_id) select id, $1 from realm.channels where id = $2",
     "channel_id"),
    ("with joined as (update realm.parties set member_count = member_count + 1 "
     "where id = $2 and status = 'active' and member_count < max_members returning id) "
     "insert into realm.party_members (party_id, user_id) select id, $1 from joined", "party_id"),
    ("with joined as (update realm.guilds set member_count = member_count + 1 "
     "where id = $2 and disbanded_at is null and member_count < max_members returning id) "
     "insert into realm.guild_members (guild_id, user_id, rank) select id, $1, 'officer' from joined", "guild_id"),
)  # fmt: skip


class World:
    """A server and the ids of what is on it, by the names of the API's parameters."""

    def __init__(self, url: str, server_id: ServerId) -> None:
        self.url = url
        self.server_id = server_id
        self.known: dict[str, list[str]] = {"server_id": [str(server_id)]}

    def keep(self, **ids: UUID) -> None:
        """Remember an id of each kind."""
        for name, value in ids.items():
            self.known.setdefault(name, []).append(str(value))

    async def enter(self, user_id: UserId) -> None:
        """Make a user an administrator's character there, and a member of whatever has members."""
        known = {name: UUID(values[0]) for name, values in self.known.items()}
        name = f"fuzz-{user_id.hex[-12:]}"
        row = {"id": user_id, "username": name, "server_id": self.server_id, "badge": "admin", "level": 120}
        await insert(self.url, "realm.users", row)
        connection = await asyncpg.connect(self.url)
        try:
            for statement, key in _JOINS:
                await connection.execute(statement, user_id, known[key])
        finally:
            await connection.close()


async def make_world(url: str) -> World:
    """A world whose people, guilds, channels and messages are there."""
    server_id = await make_server(url, name="Fuzzland")
    world = World(url, server_id)
    people = []
    for name in ("founder", "rival"):
        user_id = await make_user(url, name=name)
        await insert(url, "realm.users", {"id": user_id, "username": name, "server_id": server_id, "level": 60})
        people.append(user_id)
        world.keep(user_id=user_id)
    founder, rival = people
    world.keep(channel_id=await make_channel(url, server_id, created_by=founder))
    guilds = []
    for name, leader in (("Founders", founder), ("Rivals", rival)):
        guild_id = uuid7()
        await insert(url, "realm.guilds", {"id": guild_id, "name": name, "server_id": server_id, "leader_id": leader})
        await insert(url, "realm.guild_members", {"guild_id": guild_id, "user_id": leader, "rank": "leader"})
        guilds.append(guild_id)
        world.keep(guild_id=guild_id)
    party_id, raid_id, territory_id, war_id, word_id, report_id, sanction_id, session_id = (uuid7() for _ in range(8))
    leads = {"server_id": server_id, "leader_id": founder}
    await insert(url, "realm.parties", {"id": party_id, "max_members": 40, **leads})
    await insert(url, "realm.party_members", {"party_id": party_id, "user_id": founder, "role": "leader"})
    await insert(
        url, "realm.raids", {"id": raid_id, "name": "Night", "boss_name": "Omen", "difficulty": "hard", **leads}
    )
    await insert(url, "realm.territories", {"id": territory_id, "server_id": server_id, "name": "Ford"})
    await insert(url, "realm.word_filters", {"id": word_id, "server_id": server_id, "word": "darn"})
    await insert(
        url,
        "core.reports",
        {"id": report_id, "kind": "realm.user", "place_id": server_id, "subject_id": rival, "reason": "He shouts."},
    )
    await insert(url, "realm.sanctions", {"id": sanction_id, "user_id": rival, "server_id": server_id, "kind": "mute"})
    await insert(url, "realm.sessions", {"id": session_id, "user_id": rival, "server_id": server_id})
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_WAR, war_id, server_id, *guilds, territory_id, founder)
        channel_id = UUID(world.known["channel_id"][0])
        tick = await connection.fetchval(
            "select tick from realm.add_messages($1, 1, true, $2, $3, $4, $5, $6, null, null, null, null, null)",
            2**62, ["user"], [founder], [server_id], [channel_id], ["the first words here"],
        )  # fmt: skip
        message_id = await connection.fetchval("select core.live_id($1, 1, 1)", tick)
    finally:
        await connection.close()
    world.keep(
        party_id=party_id, raid_id=raid_id, territory_id=territory_id, war_id=war_id, word_id=word_id,
        report_id=report_id, sanction_id=sanction_id, session_id=session_id, message_id=message_id,
    )  # fmt: skip
    return world

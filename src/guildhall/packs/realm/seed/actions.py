"""A development database with a server where something is going on: Ashvale, its people, guilds, a war, a raid night.

All of it comes about as it does in life, by the pack's own actions; only the talk of the days before is put into the
past.
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.ticks import live_id, tick_at
from guildhall.core.social.follows.actions import follow
from guildhall.core.social.profiles.actions import cards_of, keep_profile
from guildhall.core.social.profiles.errors import HandleTaken
from guildhall.core.social.profiles.schemas import ProfileRequest
from guildhall.core.social.settings import SocialSettings
from guildhall.db.partitions import make_months
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import Badge
from guildhall.packs.realm.chat.actions.channels import make_channel
from guildhall.packs.realm.chat.actions.members import put_member
from guildhall.packs.realm.chat.schemas.channels import ChannelRequest
from guildhall.packs.realm.exchange.queries import import_messages, imports
from guildhall.packs.realm.game.actions.people import take_player_stats
from guildhall.packs.realm.game.actions.raids import make_raids, take_ticks
from guildhall.packs.realm.guilds.actions import invitations as guild_invitations
from guildhall.packs.realm.guilds.actions.guilds import create_guild
from guildhall.packs.realm.guilds.actions.members import rank_member
from guildhall.packs.realm.guilds.schemas import GuildRequest
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.packs.realm.parties.actions import invitations as party_invitations
from guildhall.packs.realm.parties.actions.parties import create_party
from guildhall.packs.realm.parties.schemas import PartyRequest
from guildhall.packs.realm.people.actions.people import change_person, keep_character
from guildhall.packs.realm.people.schemas import MyCharacter, PersonChange
from guildhall.packs.realm.seed import queries
from guildhall.packs.realm.seed.queries import Seeded
from guildhall.packs.realm.servers.actions.servers import open_server
from guildhall.packs.realm.servers.schemas import ServerRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.treasury.actions import deposit, withdraw
from guildhall.packs.realm.treasury.schemas import CopperRequest
from guildhall.packs.realm.wars.actions import wars
from guildhall.packs.realm.wars.actions.territories import add_territory
from guildhall.packs.realm.wars.schemas import PointsRequest, TerritoryRequest, WarRequest
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.schemas import Draft

SERVER = "Ashvale"
LINES = (
    ("general", "Anyone else lag near the bridge?"),
    ("general", "Fixed itself. Carry on."),
    ("general", "gz on 60, Torvald!"),
    ("general", "Does the quest in the mill still bug out if you skip the dialogue?"),
    ("general", "It does. Relog, then talk to the miller first."),
    ("general", "The war horns on the wall are new, right?"),
    ("general", "Ashen Pass is contested again. Bring friends."),
    ("general", "Server event in ten minutes, meet at the fountain"),
    ("general", "Who keeps ringing the bell"),
    ("general", "It was me. It is a very good bell."),
    ("trade", "WTS 20 ironbark, 45s each"),
    ("trade", "WTB flask of clear sight, paying well"),
    ("trade", "Enchanting at the forge, tips welcome"),
    ("trade", "Is 3g for a moonblade fair?"),
    ("trade", "Two weeks ago yes, today 4g"),
    ("trade", "Buying all your linen, stop throwing it away"),
    ("looking-for-group", "LF2M dps for Emberhold, have tank and healer"),
    ("looking-for-group", "Healer 58 looking for a run, voice ok"),
    ("looking-for-group", "Tank here, inv"),
    ("looking-for-group", "LFM Magmaw tonight 20:00, know the adds"),
    ("looking-for-group", "Full, thanks all"),
    ("looking-for-group", "Anyone for the crypt dailies?"),
)
"""Lines of Ashvale's people, with their channels."""
_NEWEST = (
    ("Thalia", "Magmaw night is on. Flasks are in the guild bank."),
    ("Brom", "I will be five minutes late, dinner"),
    ("Mirelle", "Healers: stack on the left stone for the second phase"),
    ("Torvald", "and if the floor glows, move. Looking at you, Brom"),
    ("Brom", "it glowed AFTER I stood there"),
)
_DAYS, _A_DAY = 4, 60
_CHANNELS = (
    ChannelRequest("general", "Everything and nothing", category="Community"),
    ChannelRequest("trade", "Buy, sell, craft", category="Community", slow_mode_seconds=5),
    ChannelRequest("looking-for-group", "Find your party", category="Community"),
    ChannelRequest("announcements", "What happens on Ashvale", "restricted", "Community"),
    ChannelRequest("wardens", "Those who keep order", "private"),
)


class Resident(Struct, frozen=True):
    """A person of Ashvale. `class_` and `role` are what they play in raids."""

    name: str
    level: int
    role: str
    class_: str
    badge: Badge = "standard"

    @property
    def id(self) -> UserId:
        """The same in every seeded database."""
        return UserId(UUID(int=0x01940000_0000_7000_8000_000000000000 + 1 + RESIDENTS.index(self)))


RESIDENTS = (
    Resident("Thalia", 60, "tank", "warden", "admin"),
    Resident("Brom", 60, "tank", "warrior"),
    Resident("Mirelle", 60, "healer", "priest", "moderator"),
    Resident("Torvald", 60, "dps", "hunter"),
    Resident("Ysolde", 59, "dps", "mage", "vip"),
    Resident("Kestrel", 58, "dps", "rogue"),
    Resident("Odo", 57, "healer", "druid"),
    Resident("Sabine", 60, "dps", "warlock"),
    Resident("Varric", 56, "dps", "warrior"),
    Resident("Linnea", 55, "healer", "shaman"),
    Resident("Corvin", 54, "dps", "hunter"),
    Resident("Wren", 23, "dps", "mage"),
)
THALIA, BROM = RESIDENTS[0], RESIDENTS[1]
"""An administrator of Ashvale, and one of its people."""


async def seed(db: Database, message_writer: MessageWriter, settings: RealmSettings) -> Seeded:
    """Make Ashvale; if it exists, only missing people and channels. Return the counts."""
    async with db.read() as tx:
        server_id = await queries.seeded_server.one_or_none(tx, SERVER, THALIA.id)
    if server_id is not None:
        async with db.write(Viewer(THALIA.id)) as tx:
            await _people(tx, server_id)
            await _channels(tx, server_id, settings)
    else:
        async with db.write(Viewer(THALIA.id)) as tx:
            server_id, channels = await _settle(tx, settings)
        for name, words in _NEWEST:
            await message_writer.send(_draft(server_id, channels["general"], name, words))
    async with db.read() as tx:
        return await queries.counts.one(tx, server_id)


def _draft(server_id: ServerId, channel_id: ChannelId, name: str, words: str) -> Draft:
    person = next(one for one in RESIDENTS if one.name == name)
    return Draft(
        user_id=person.id, username=name, server_id=server_id, channel_id=channel_id, type="user", content=words,
        public=True,
    )  # fmt: skip


async def find_server(tx: Transaction) -> ServerId:
    """The seeded server, under whatever name it has now."""
    return await queries.seeded_server.one(tx, SERVER, THALIA.id)


async def _people(tx: Transaction, server_id: ServerId) -> None:
    """Add the missing people with their characters. A name or an address that another account has is not taken."""
    for one in RESIDENTS:
        await queries.add_user.run(tx, one.id, f"{one.name.lower()}@ashvale.example.com", one.name, tx.now)
    everybody = [one.id for one in RESIDENTS]
    accounts = set(await queries.accounts_there.many(tx, everybody))
    characters = set(await queries.characters_there.many(tx, everybody))
    new = [one for one in RESIDENTS if one.id in accounts - characters]
    new = [one for one in new if await queries.free_name.one(tx, server_id, one.name)]
    for one in new:
        await keep_character(tx.acting_for(Viewer(one.id)), MyCharacter(one.name, server_id))
    await _profiles(tx, [one for one in RESIDENTS if one.id in accounts])
    for one in new:
        other = RESIDENTS[1] if one is RESIDENTS[0] else RESIDENTS[0]  # nobody does this to themselves
        changed = PersonChange(badge=one.badge, level=one.level)
        await change_person(tx, Principal(Viewer(other.id), None, "admin"), one.id, changed)


async def _profiles(tx: Transaction, people: Sequence[Resident]) -> None:
    """Make profiles by which people are found in all games, where they are missing; all follow the first."""
    social = SocialSettings(_env_file=None)  # type: ignore[call-arg]
    known = await cards_of(tx, [one.id for one in people])
    for one in people:
        if one.id in known:
            continue
        try:
            bio = f"{one.class_.capitalize()} of {SERVER}, {one.role} in raids."
            await keep_profile(tx.acting_for(Viewer(one.id)), ProfileRequest(one.name, bio=bio), social)
        except HandleTaken:
            continue  # somebody else is called so
        if one is not THALIA and THALIA.id in await cards_of(tx, [THALIA.id]):
            await follow(tx.acting_for(Viewer(one.id)), THALIA.id, social)


async def _channels(tx: Transaction, server_id: ServerId, settings: RealmSettings) -> dict[str, ChannelId]:
    """The channels by name; those that are missing are made."""
    platform = Principal(Viewer(THALIA.id), None, "admin")
    found = {}
    for wanted in _CHANNELS:
        known = await queries.channel_named.one_or_none(tx, server_id, wanted.name)
        found[wanted.name] = known or await make_channel(tx, platform, server_id, wanted, settings)
    return found


async def _settle(tx: Transaction, settings: RealmSettings) -> tuple[ServerId, dict[str, ChannelId]]:
    """The server and its channels by name."""
    await queries.add_user.run(tx, THALIA.id, "thalia@ashvale.example.com", THALIA.name, tx.now)
    platform = Principal(Viewer(THALIA.id), None, "admin")
    server = await open_server(tx, platform, ServerRequest(SERVER, "eu", capacity=500))
    await _people(tx, server.id)
    channels = await _channels(tx, server.id, settings)
    await put_member(tx, platform, channels["wardens"], RESIDENTS[2].id, "member")
    await _found_guilds(tx, server.id, settings)
    await _form_party(tx, settings)
    await _raid(tx, server.id, settings)
    await _talk(tx, server.id, channels)
    return server.id, channels


async def _found_guilds(tx: Transaction, server_id: ServerId, settings: RealmSettings) -> None:
    """Two guilds with members and copper, and a war that is fought about a pass."""
    found = []
    sides = (("Dawnwatch", "We hold the pass. Raids on Fridays.", RESIDENTS[:6]), ("Ashen Hand", None, RESIDENTS[7:11]))
    for name, description, (leader, *others) in sides:
        guild = await create_guild(tx.acting_for(Viewer(leader.id)), GuildRequest(name, description, 50))
        for one in others:
            await guild_invitations.invite_to_guild(tx.acting_for(Viewer(leader.id)), guild.id, one.id, settings)
            await guild_invitations.accept_guild(tx.acting_for(Viewer(one.id)), guild.id)
            gift = CopperRequest(10_000 * one.level, f"seed-{one.name}", "For flasks")
            await deposit(tx.acting_for(Viewer(one.id)), guild.id, gift)
        await rank_member(
            tx.acting_for(Viewer(leader.id)),
            Principal(Viewer(leader.id), None, "member"),
            guild.id,
            others[0].id,
            "officer",
        )
        await withdraw(
            tx.acting_for(Viewer(leader.id)), guild.id, CopperRequest(45_000, "seed-repairs", "Repairs"), settings
        )
        found.append(guild.id)
    platform = Principal(Viewer(THALIA.id), None, "admin")
    pass_ = await add_territory(tx, platform, server_id, TerritoryRequest("Ashen Pass", 300, found[1]))
    at_once = settings.model_copy(update={"war_notice_minutes": 0})
    war = await wars.declare_war(tx.acting_for(Viewer(THALIA.id)), found[0], WarRequest(found[1], pass_.id), at_once)
    for number, (side, points) in enumerate(((0, 120), (1, 90), (0, 60))):
        await wars.report_points(tx, platform, war.id, PointsRequest(found[side], points, f"seed-{number}"))


async def _form_party(tx: Transaction, settings: RealmSettings) -> None:
    leader, other = RESIDENTS[6], RESIDENTS[11]
    party = (await create_party(tx.acting_for(Viewer(leader.id)), PartyRequest("Crypt dailies"))).party
    await party_invitations.invite_to_party(tx.acting_for(Viewer(leader.id)), party.id, other.id, settings)
    await party_invitations.accept_party(tx.acting_for(Viewer(other.id)), party.id)


async def _raid(tx: Transaction, server_id: ServerId, settings: RealmSettings) -> None:
    """Add last night's raid: two wipes and a victory, as the game would have reported them."""
    platform = Principal(Viewer(THALIA.id), None, "admin")
    began = tx.now - timedelta(hours=20)
    raid: dict[str, object] = {
        "external_id": "seed-magmaw",
        "name": "Friday night",
        "boss_name": "Magmaw",
        "leader_name": THALIA.name,
    }
    ticks: list[dict[str, object]] = []
    at = began
    for pull, lowest in enumerate((61, 18, 0)):
        ticks.append({"at": at, "status": "in_progress"})
        for health in range(90, lowest, -9):
            at += timedelta(seconds=20)
            ticks.append({"at": at, "health_percentage": health, "phase": "molten" if health < 50 else "scales"})
        at += timedelta(seconds=20)
        ticks.append({"at": at, "status": "victory" if pull == 2 else "wipe"})
        at += timedelta(minutes=6)
    dice = random.Random(SERVER)  # noqa: S311 (the same for everybody, no secret)
    stats: list[dict[str, object]] = []
    for one in RESIDENTS[:10]:
        healer = one.role == "healer"
        stats.append(
            {
                "external_id": "seed-magmaw", "username": one.name, "at": at, "role": one.role, "class": one.class_,
                "damage_dealt": dice.randrange(30_000, 60_000) if healer else dice.randrange(400_000, 1_300_000),
                "healing": dice.randrange(600_000, 900_000) if healer else 0, "deaths": dice.randrange(3),
                "uptime_percentage": dice.randrange(85, 100),
            }
        )  # fmt: skip
    await make_raids(tx, platform, server_id, _rows([raid]), settings)
    await take_player_stats(tx, platform, server_id, _rows(stats), settings)
    await take_ticks(tx, platform, server_id, _rows([{"external_id": "seed-magmaw", **one} for one in ticks]), settings)


def _rows(rows: list[dict[str, object]]) -> bytes:
    return b"\n".join(map(msgspec.json.encode, rows))


async def _talk(tx: Transaction, server_id: ServerId, channels: dict[str, ChannelId]) -> None:
    """Add messages of the last days, indexed and counted as if they had been sent then."""
    dice = random.Random(SERVER)  # noqa: S311 (the same for everybody, no secret)
    seconds = sorted(dice.uniform(60, _DAYS * 86_400) for _ in range(_DAYS * _A_DAY))
    times = [tx.now - timedelta(seconds=one) for one in reversed(seconds)]
    said = [(dice.choice(RESIDENTS).id, *LINES[number % len(LINES)], at) for number, at in enumerate(times)]
    ids = [MessageId(live_id(_tick_at(at), 1, dice.getrandbits(48))) for *_, at in said]
    places = [channels[channel] for _, channel, _, _ in said]
    months = {at.date().replace(day=1) for at in times}
    for table in ("realm.messages", "realm.message_words"):
        await make_months(tx, table, months)
    counted = await imports.follower_bound.one(tx, "counts")
    found = await imports.follower_bound.one(tx, "words")
    await queries.add_past_messages.run(
        tx, server_id, ids, [user for user, *_ in said], places, [words for _, _, words, _ in said], times
    )
    # What is behind the followers already is theirs no more.
    users = Counter(user for identifier, (user, *_) in zip(ids, said, strict=True) if identifier < counted)
    rooms = Counter(place for identifier, place in zip(ids, places, strict=True) if identifier < counted)
    await import_messages.count_for_users.run(tx, list(users), list(users.values()))
    await import_messages.count_for_channels.run(tx, list(rooms), list(rooms.values()))
    await import_messages.make_words.run(tx, UUID(int=0), UUID(int=min(found.int, ids[-1].int + 1) - 1))


def _tick_at(at: datetime) -> int:
    return tick_at(int(at.timestamp() * 1_000_000))

"""People with characters and builds, written straight into the tables, and a recount of them that is no part of us."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from guildhall.packs.poe2.insights.rules.facets import facets_of
from guildhall.packs.poe2.settings import Poe2Settings

NOW = datetime.now(UTC)
STARTED = (NOW - timedelta(days=40)).replace(microsecond=0)
LEAGUE, PERMANENT = "Runes of Aldur", "Standard"
CLASSES = {"Ranger": ("Deadeye", "Pathfinder"), "Witch": ("Lich", "Infernalist"), "Monk": ("Invoker",)}
SKILLS = ("Lightning Arrow", "Spark", "Ice Strike", "Contagion")
UNIQUES = ("Widowhail", "Headhunter", "Goldrim")
BASES = ("Dualstring Bow", "Heavy Belt", "Felt Cap")
CALCULATOR = "PathOfBuilding2 0.12.1"
META = "/api/v1/poe2/meta"

Connection = asyncpg.Connection
_numbers = count(1)


def settings(**changes: Any) -> Poe2Settings:
    """Settings of the pack, with some changed."""
    return Poe2Settings(_env_file=None, **changes)  # type: ignore[call-arg]


async def add_leagues(connection: Connection) -> None:
    """A league that the market saw begin, and one that was there before it looked."""
    await connection.execute(
        "insert into poe2.leagues (name, realm, base_currency, is_current, first_seen_at, seen_at, began_at)"
        " values ($1, 'poe2', 'exalted', true, $3, $4, $3), ($2, 'poe2', 'exalted', true, $5, $4, $5)",
        LEAGUE, PERMANENT, STARTED, NOW, STARTED - timedelta(days=100),
    )  # fmt: skip


async def add_person(connection: Connection, *, shares: bool = True) -> UUID:
    """Somebody with an account at the game."""
    id = uuid4()
    await connection.execute("insert into core.users (id, name) values ($1, $2)", id, f"Exile {next(_numbers)}")
    await own_account(connection, id, shares=shares)
    return id


async def own_account(connection: Connection, user: UUID, *, shares: bool = True) -> None:
    """Give somebody an account at the game, and settings."""
    await connection.execute(
        "insert into poe2.accounts (user_id, sub, poe_account_name, scopes, access_expires_at, refresh_expires_at,"
        " linked_at, signed_in_at, refreshed_at) values ($1::uuid, gen_random_uuid(), $1::uuid::text, '{}', now(),"
        " now(), now(), now(), now())",
        user,
    )
    await share(connection, user, shares)


async def share(connection: Connection, user: UUID, shares: bool) -> None:
    """Have somebody share their statistics, or no longer."""
    await connection.execute(
        "insert into core.user_settings (id, user_id, share_activity_stats) values (gen_random_uuid(), $1, $2)"
        " on conflict (user_id) do update set share_activity_stats = $2",
        user, shares,
    )  # fmt: skip


async def add_character(connection: Connection, user: UUID, name: str | None = None) -> UUID:
    """A watched character without a snapshot."""
    id = uuid4()
    await connection.execute(
        "insert into poe2.characters (id, user_id, game_id, name, class, level, experience, watched, watched_at)"
        " values ($1, $2, $3, $4, 'Ranger', 1, 0, true, now())",
        id, user, str(id), name or f"Hero {next(_numbers)}",
    )  # fmt: skip
    return id


async def add_snapshot(
    connection: Connection,
    user: UUID,
    character: UUID | None,
    *,
    class_name: str = "Ranger",
    ascendancy: str | None = "Deadeye",
    league: str | None = LEAGUE,
    at: datetime = NOW,
    level: int = 90,
    skills: Sequence[str] = ("Lightning Arrow",),
    uniques: Sequence[str] = (),
    bases: Sequence[str] | None = ("Heavy Belt",),
    main_skill: str | None = None,
    private: bool = False,
    source: str = "game",
    dps: float | None = None,
    ehp: float | None = None,
    calculated_by: str | None = None,
    experience: int = 1,
) -> UUID:
    """A snapshot of a character."""
    id = uuid4()
    stats: dict[str, Any] = {"points": 1, "set_points": {}, "items": 1, "jewels": 0}
    stats |= {"skills": list(skills), "uniques": list(uniques)}
    if bases is not None:
        stats["bases"] = list(bases)
    await connection.execute(
        "insert into poe2.character_snapshots (id, user_id, character, character_name, class, ascendancy, level,"
        " league, private_league, experience, stats, main_skill, calculated_dps, calculated_ehp, calculated_by, source,"
        " snapshot_at) values ($1, $2, $3, 'Hero', $4, $5, $6, $7, $8, $16, $9::text::jsonb, $10, $11::float8::numeric,"
        " $12::float8::numeric, $13, $14, $15)",
        id, user, character, class_name, ascendancy, level, league, private, json.dumps(stats), main_skill, dps, ehp,
        calculated_by, source, at, experience,
    )  # fmt: skip
    return id


async def add_build(
    connection: Connection,
    user: UUID,
    *,
    class_name: str = "Ranger",
    ascendancy: str | None = "Deadeye",
    league: str | None = LEAGUE,
    visibility: str = "public",
    skill: str = "Spark",
    unique: str = "Goldrim",
    at: datetime = NOW,
    level: int = 92,
    dps: float | None = None,
) -> UUID:
    """A build with one main gem and one unique."""
    id = uuid4()
    item = {"id": 1, "text": f"Rarity: UNIQUE\n{unique}\nFelt Cap\nItem Level: 80"}
    spare = {"id": 2, "text": "Rarity: UNIQUE\nNot Worn\nHeavy Belt\nItem Level: 80"}
    equipment = {"items": [item, spare], "item_sets": [{"id": 1, "slots": {"Helmet": 1}}], "active_item_set": 1}
    groups = [
        {"gems": [{"name": skill, "gem": "Metadata/Items/Gems/SkillGem"}, {"name": "X", "gem": "SupportGemX"}]},
        {"enabled": False, "gems": [{"name": "Off", "gem": "Metadata/Items/Gems/SkillGem"}]},
    ]
    skills = {"skill_sets": [{"id": 1, "groups": groups}], "active_skill_set": 1, "main_group": 1}
    await connection.execute(
        "insert into poe2.build_templates (id, user_id, short_id, author, title, class, ascendancy, level,"
        " passive_tree, equipment, skills, stats, rest, content_hash, gems, uniques, trees, has_notes, patch_version,"
        " visibility, latest_version, stored_bytes, published_at, league, main_skill, calculator, tree_version, dps)"
        " values ($1, $2, translate(lpad($3::text, 17, 'C'), '0', 'z'), 'Somebody', 'Build', $4, $5, $6, '{}',"
        " $7::text::jsonb, $8::text::jsonb, '{}', '{}', $9, '{}', '{}', 1, false, '0.5', $10, 1, 9, $11, $12, $13, $14,"
        " '0_5', $15)",
        id, user, str(next(_numbers)), class_name, ascendancy, level, json.dumps(equipment), json.dumps(skills),
        id.bytes, visibility, at, league, skill, CALCULATOR, dps,
    )  # fmt: skip
    return id


def week(at: datetime, league: str, starts: dict[str, datetime]) -> int:
    """The week of an instant, said in another way than the product does."""
    if league in starts:
        return max(1, int((at - starts[league]).total_seconds() // 604_800) + 1)
    return int(at.astimezone(UTC).strftime("%G%V"))


async def recounted(
    connection: Connection, starts: dict[str, datetime] | None = None
) -> dict[tuple[str, str, int, str], int]:
    """The number of people who have each value, counted from snapshots, builds and people alone."""
    starts = {LEAGUE: STARTED} if starts is None else starts
    people: dict[tuple[str, str, int, str], set[UUID]] = defaultdict(set)
    standing = {row["id"] for row in await connection.fetch("select id from core.users where suspended_at is null")}
    sharing = {
        row["user_id"]
        for row in await connection.fetch("select user_id from core.user_settings where share_activity_stats")
    }
    last: dict[tuple[UUID, str, int], Any] = {}
    for row in await connection.fetch(
        "select *, stats::text as said from poe2.character_snapshots where source = 'game' order by snapshot_at, id"
    ):
        if row["private_league"] or row["league"] is None or row["user_id"] not in standing & sharing:
            continue
        for number in (0, week(row["snapshot_at"], row["league"], starts)):
            last[row["character"], row["league"], number] = row
    for (_, league, number), row in last.items():
        stats = json.loads(row["said"])
        found = facets_of(
            row["class"], row["ascendancy"], row["level"], row["main_skill"], stats["skills"], stats["uniques"],
            stats.get("bases"),
        )  # fmt: skip
        _add(people, ("snapshots", league, number), found, row["user_id"])
    for row in await connection.fetch(
        "select *, skills::text as gems_, equipment::text as worn from poe2.build_templates"
    ):
        if row["visibility"] != "public" or row["user_id"] not in standing:
            continue
        league = row["league"] or ""
        gem = json.loads(row["gems_"])["skill_sets"][0]["groups"][0]["gems"][0]["name"]
        unique = json.loads(row["worn"])["items"][0]["text"].split("\n")[1]
        found = facets_of(
            row["class"], row["ascendancy"], row["level"], row["main_skill"], [gem], [unique], ["Felt Cap"]
        )
        for number in (0, week(row["published_at"], league, starts)):
            _add(people, ("builds", league, number), found, row["user_id"])
    return {key: len(who) for key, who in people.items()}


def _add(
    people: dict[tuple[str, str, int, str], set[UUID]], of: tuple[str, str, int], facets: Iterable[str], who: UUID
) -> None:
    for facet in facets:
        people[(*of, facet)].add(who)


async def counted(connection: Connection) -> dict[tuple[str, str, int, str], int]:
    """The number of people who have each value, as the product has added up."""
    rows = await connection.fetch("select source, league, week, facet, people from poe2.meta_counts")
    return {(row["source"], row["league"], row["week"], row["facet"]): row["people"] for row in rows}

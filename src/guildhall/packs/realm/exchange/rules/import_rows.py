"""Conversion of the rows of a game server's SQLite file, table by table."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct

from guildhall.core.identity.emails.rules import normal_email
from guildhall.packs.realm.access.rules.amounts import AMOUNT_MOST, DEATHS_MOST, EXPERIENCE_MOST, TOTAL_MOST
from guildhall.packs.realm.access.rules.names import LEAST, MOST, clean_username, usable_username
from guildhall.packs.realm.exchange.rules.content import said
from guildhall.packs.realm.exchange.rules.raw_row import Raw, Reference, sent_at
from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow, Ids, plain_uuid, time_bits, timed_id

_BCRYPT = re.compile(r"\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}")
_ARGON2 = re.compile(r"\$argon2id\$v=\d+\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_BCRYPT_COST = 15
"""The largest cost: a hash that takes longer to verify would keep the server busy at each sign-in."""
_ARGON2_MOST = (1 << 20, 10, 8)
USABLE = "the name has characters that a name may not have here; they are '-' now, or left out"
_ABOUT = 60_000
"""Milliseconds between the id of a direct message and its time."""
_BADGES = ("admin", "moderator", "vip", "standard")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_AVATAR = re.compile(r"https://[^\s\x00-\x1f\x7f]+")


class Clean(Struct):
    """A row as it is added: the values for its statement, what must be there for it, what was left out of it."""

    row: Raw
    values: tuple[object, ...]
    needs: Sequence[Reference]
    notes: Sequence[str] = ()


def server(row: Raw, ids: Ids, now: datetime) -> Clean:
    """Convert a server. It has no players here yet."""
    lowest = row.whole("level_range_min", 1, 1, 120)
    created = row.time_or_none("created_at") or now
    values = (
        ids.of("server", row.source_id()), row.line("name", 80), row.line("region", 40),
        row.whole("capacity", 1000, 1), row.choice("status", ("online", "maintenance", "offline"), "online"),
        _language(row), row.flag("pvp_enabled", True), lowest,
        row.whole("level_range_max", 120, lowest, 120), created, row.time_or_none("updated_at") or created,
    )  # fmt: skip
    return Clean(row, values, ())


def user(row: Raw, ids: Ids, now: datetime) -> Clean:
    """Convert a character and its account.

    Parts of an address, a password or a badge that cannot be kept are noted.
    """
    notes: list[str] = []
    home = row.refer(ids, "server", "server_id")
    created = row.time_or_none("created_at") or now
    email, password = _way_in(row, notes)
    badge = row.values.get("badge") or "standard"
    if badge not in _BADGES:
        badge = "standard"
        notes.append("the badge is unknown; it is standard now")
    if row.flag("two_factor_enabled", False):
        notes.append("the second factor stayed behind and has to be set up anew")
    values = (
        ids.of("user", row.source_id()), _username(row, notes), email, password, _avatar(row, notes), badge,
        row.whole("level", 1, 1, 120), row.whole("experience", 0, 0, EXPERIENCE_MOST),
        home[1], created, row.time_or_none("updated_at") or created, row.time_or_none("last_login"),
        row.flag("is_active", True),
    )  # fmt: skip
    return Clean(row, values, (home,), notes)


def _username(row: Raw, notes: list[str]) -> str:
    """Return the name of a character. Characters that a name here may not have become '-', which is noted."""
    text = row.text("username", 4 * MOST)
    name = clean_username(text) or usable_username(text)
    if name is None:
        raise BadRow(f"username does not have {LEAST} to {MOST} characters that a name may have")
    if name != unicodedata.normalize("NFKC", text):
        notes.append(USABLE)
    return name


def _avatar(row: Raw, notes: list[str]) -> str | None:
    """The address of a picture, if it is one that is taken here."""
    address = row.text_or_none("avatar_url", 500)
    if address is None or _AVATAR.fullmatch(address):
        return address
    notes.append("the address of the picture does not begin with https://; it was left out")
    return None


def _language(row: Raw) -> str:
    language = row.text_or_none("language", 35, 2) or "en"
    if not _LANGUAGE.fullmatch(language):
        raise BadRow("language is no tag of a language")
    return language


def _way_in(row: Raw, notes: list[str]) -> tuple[str | None, str | None]:
    """The address and the hash of the password of an account. Without an address nobody signs in by a password."""
    try:
        given = row.text_or_none("email", 1000)
        email = normal_email(given) if given is not None and given.strip() else None
    except (BadRow, ValueError):
        email = None
        notes.append("the address of e-mail is none; it was left out, and the password with it")
    password = row.values.get("password_hash")
    if password is None or password == "":
        return email, None
    if not isinstance(password, str) or not _verifiable(password):
        notes.append("the hash of the password is not one that is verified here; it was left out")
        return email, None
    return email, password if email is not None else None


def _verifiable(password_hash: str) -> bool:
    bcrypt = _BCRYPT.fullmatch(password_hash)
    if bcrypt is not None:
        return 4 <= int(bcrypt[1]) <= _BCRYPT_COST
    argon2 = _ARGON2.fullmatch(password_hash)
    return argon2 is not None and all(1 <= int(argon2[number + 1]) <= most for number, most in enumerate(_ARGON2_MOST))


def channel(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A channel. Its messages are counted as they come."""
    home = row.refer(ids, "server", "server_id")
    created = row.time_or_none("created_at") or now
    values = (
        ids.of("channel", row.source_id()), row.line("name", 80), home[1], row.notice("description", 500),
        row.choice("visibility", ("public", "private", "restricted"), "public"),
        row.line_or_none("category", 80), row.whole("min_level", 1, 1, 120), created,
        row.time_or_none("updated_at") or created,
    )  # fmt: skip
    return Clean(row, values, (home,))


def guild(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A guild with its leader's membership; what is in its treasury gets a row of the ledger."""
    home, leader = row.refer(ids, "server", "server_id"), row.refer(ids, "user", "leader_id")
    created = row.time_or_none("created_at") or now
    guild_id = ids.of("guild", row.source_id())
    values = (
        guild_id, row.line("name", 60, 2), home[1], leader[1], row.whole("level", 1, 1, 50),
        row.whole("treasury_balance", 0, 0, AMOUNT_MOST), row.whole("max_members", 500, 1, 1000),
        row.line_or_none("territory", 80), row.whole("conquest_points", 0),
        row.choice("war_status", ("peace", "active_war", "conquered"), "peace"), created,
        row.time_or_none("leader_joined_at") or created, row.whole("leader_contribution", 0, 0, AMOUNT_MOST),
        uuid5(guild_id, "imported treasury"),
    )  # fmt: skip
    return Clean(row, values, (home, leader))


def guild_member(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A member of a guild who does not lead it."""
    whose, member = row.refer(ids, "guild", "guild_id"), row.refer(ids, "user", "user_id")
    rank = row.choice("rank", ("leader", "officer", "member"), "member")
    notes = ["only the guild's leader_id leads it; an officer now"] if rank == "leader" else []
    values = (
        whose[1], member[1], "officer" if notes else rank, row.time_or_none("joined_at") or now,
        row.whole("contribution", 0, 0, AMOUNT_MOST),
    )  # fmt: skip
    return Clean(row, values, (whose, member), notes)


def party(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A party with its leader's membership."""
    home, leader = row.refer(ids, "server", "server_id"), row.refer(ids, "user", "leader_id")
    created = row.time_or_none("created_at") or now
    status = row.choice("status", ("active", "disbanded"), "active")
    disbanded = row.time_or_none("disbanded_at")
    if status == "active" and disbanded is not None:
        raise BadRow("an active party has a disbanded_at")
    values = (
        ids.of("party", row.source_id()), row.line_or_none("name", 80), leader[1], home[1],
        row.whole("max_members", 5, 2, 40), status, created,
        (disbanded or created) if status == "disbanded" else None, row.time_or_none("leader_joined_at") or created,
    )  # fmt: skip
    return Clean(row, values, (home, leader))


def party_member(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A member of a party who does not lead it."""
    whose, member = row.refer(ids, "party", "party_id"), row.refer(ids, "user", "user_id")
    role = row.choice("role", ("leader", "member"), "member")
    notes = ["only the party's leader_id leads it; a member now"] if role == "leader" else []
    return Clean(row, (whose[1], member[1], row.time_or_none("joined_at") or now), (whose, member), notes)


def raid(row: Raw, ids: Ids, now: datetime) -> Clean:
    """A raid; one that has begun has had one pull."""
    home, leader = row.refer(ids, "server", "server_id"), row.refer(ids, "user", "leader_id")
    status = row.choice("status", ("preparing", "in_progress", "wipe", "victory"), "preparing")
    victory = None if row.values.get("victory") is None else row.flag("victory", False)
    if victory is not None and victory != (status == "victory"):
        raise BadRow("victory does not agree with status")
    start, end = row.time_or_none("start_time"), row.time_or_none("end_time")
    if end is not None and (start is None or end < start):
        raise BadRow("end_time is before start_time")
    duration = None if row.values.get("duration_seconds") is None else row.whole("duration_seconds", 0)
    values = (
        ids.of("raid", row.source_id()), row.line("name", 100), row.line("boss_name", 100),
        row.choice("difficulty", ("normal", "hard", "mythic")), home[1], leader[1], status,
        row.whole("health_percentage", 100, 0, 100), start, end, duration, victory,
        row.flag("loot_generated", False), row.time_or_none("created_at") or now,
    )  # fmt: skip
    return Clean(row, values, (home, leader))


def raid_participant(row: Raw, ids: Ids, now: datetime) -> Clean:
    """Convert a participant of a raid, with their statistics."""
    where, who = row.refer(ids, "raid", "raid_id"), row.refer(ids, "user", "user_id")
    values = (
        where[1], who[1], row.choice("role", ("tank", "dps", "healer")), row.line("class", 40),
        row.whole("damage_dealt", 0, 0, TOTAL_MOST), row.whole("healing", 0, 0, TOTAL_MOST),
        row.whole("damage_taken", 0, 0, TOTAL_MOST), row.whole("deaths", 0, 0, DEATHS_MOST),
        row.whole("uptime_percentage", 100, 0, 100), now,
    )  # fmt: skip
    return Clean(row, values, (where, who))


def direct_message(row: Raw, ids: Ids, now: datetime) -> Clean:
    """Convert a direct message. One that was read at an unknown time counts as read when it was sent."""
    sender, receiver = row.refer(ids, "user", "from_user_id"), row.refer(ids, "user", "to_user_id")
    if sender[1] == receiver[1]:
        raise BadRow("from_user_id and to_user_id are the same")
    sent = sent_at(row.values.get("created_at"), now)
    read = row.time_or_none("read_at") or (sent if row.flag("is_read", False) else None)
    text = row.text_or_none("content", 4000, 1)
    if text is None:
        raise BadRow("content is missing")
    notes: list[str] = []
    values = (
        _direct_id(row, ids, sent), sender[1], receiver[1], said(text, notes), read is not None, read, sent,
    )  # fmt: skip
    return Clean(row, values, (sender, receiver), notes)


def _direct_id(row: Raw, ids: Ids, sent: datetime) -> UUID:
    """The id of a direct message. A UUIDv7 of about its own instant is kept, so that what we wrote is known again:
    ours are made a little before or after the instant that is written beside them."""
    source = row.source_id()
    kept = plain_uuid(source)
    if kept is not None and kept.version == 7 and abs((kept.int >> 80) - time_bits(sent)[0]) <= _ABOUT:
        return kept
    return timed_id(sent, row.number, source, ids.salt)


def session(row: Raw, ids: Ids, now: datetime) -> Clean:
    """Convert a session on a server. An open session is closed: its person plays there, not here."""
    who, where = row.refer(ids, "user", "user_id"), row.refer(ids, "server", "server_id")
    login = row.time_or_none("login_at") or now
    last = row.time_or_none("last_activity") or login
    agent = row.text_or_none("user_agent", 10_000)
    values = (
        ids.of("session", row.source_id()), who[1], where[1], row.text_or_none("ip_address", 200),
        None if agent is None else agent[:300], login, max(row.time_or_none("logout_at") or last, login), last,
    )  # fmt: skip
    return Clean(row, values, (who, where))


CLEAN: dict[str, Callable[[Raw, Ids, datetime], Clean]] = {
    "servers": server,
    "users": user,
    "channels": channel,
    "guilds": guild,
    "guild_members": guild_member,
    "parties": party,
    "party_members": party_member,
    "raids": raid,
    "raid_participants": raid_participant,
    "direct_messages": direct_message,
    "sessions": session,
}
"""Converters by table; messages and their reactions have their own."""

"""Writes about players: profile, record and heroes, fetched and stored."""

from datetime import UTC, datetime, timedelta

import msgspec

from guildhall.core.upstream.routes import Given
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers import actions as answers_actions
from guildhall.packs.dota2.boards import actions as boards_actions
from guildhall.packs.dota2.opendota.schemas import GivenHero, GivenPlayer, GivenWinLoss
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import queries
from guildhall.packs.dota2.players.schemas import ProfileRow
from guildhall.packs.dota2.ranks.actions import record_rank
from guildhall.packs.dota2.ranks.rules import decode_rank, known_tier
from guildhall.packs.dota2.tracking import queries as tracking_queries
from guildhall.packs.dota2.tracking.kept import PLAYERS

_SURE = timedelta(minutes=5)
"""The time for which a stored profile's privacy is believed when other answers are empty."""


async def sync_profile(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store the profile. Raises PlayerNotFound, Unavailable."""
    given = await opendota.player.fetcher(interactive)(account_id)
    async with db.write() as tx:
        await queries.lock_player.one(tx, account_id)
        await save_player(tx, given)


async def sync_winloss(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store games won and lost. Zeros ask first whether the profile is private."""
    given = await opendota.winloss.fetcher(interactive)(account_id)
    if given.value.win == 0 and given.value.lose == 0:
        await know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await queries.lock_player.one(tx, account_id)
        await save_winloss(tx, account_id, given)


async def sync_heroes(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store the player's heroes."""
    given = await opendota.heroes.fetcher(interactive)(account_id)
    if not any(hero.games for hero in given.value):
        await know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await queries.lock_player.one(tx, account_id)
        if await save_heroes(tx, account_id, given):
            await answers_actions.forget_figures(tx, account_id)


async def know_privacy(db: Database, opendota: OpenDota, account_id: AccountId, interactive: bool) -> None:
    """Sync the profile after an empty answer: only it tells whether there is nothing, or the player shows nothing."""
    async with db.read() as tx:
        known = await queries.player_profile.one_or_none(tx, account_id)
    if known is None or (not known.private and tx.now - known.last_sync > _SURE):
        await sync_profile(db, opendota, account_id, interactive=interactive)


async def save_player(tx: Transaction, answer: Given[GivenPlayer], *, shows: bool | None = None) -> bool:
    """Store a profile as OpenDota gave it, with the rank in the history where it changed; whether it is private.

    `shows` tells whether other answers held the player's data; None when nobody asked. Sends PlayerRankChanged. An
    answer older than the stored one changes nothing.
    """
    given, as_of = answer.value, answer.as_of
    profile = given.profile
    account_id = AccountId(profile.account_id)
    before = await queries.player_profile.one_or_none(tx, account_id)
    try:
        rank_tier = known_tier(given.rank_tier)
    except ValueError:  # no fact about the player: what was known stays
        rank_tier = before.rank_tier if before is not None else None
    rank = decode_rank(rank_tier, given.leaderboard_rank)
    place = rank.leaderboard_rank if rank is not None else None
    stored = await queries.save_profile.run(
        tx, account_id, profile.personaname, profile.name, profile.plus, profile.cheese, profile.steamid,
        profile.avatar, profile.avatarmedium, profile.avatarfull, profile.profileurl, _time(profile.last_login),
        profile.loccountrycode, profile.status, profile.fh_unavailable, bool(profile.is_contributor),
        bool(profile.is_subscriber), rank_tier, place, given.competitive_rank, given.computed_mmr,
        given.computed_mmr_turbo, msgspec.json.encode(given.aliases or []), answer.body, as_of,
    )  # fmt: skip
    if not stored:
        return before is not None and before.private
    private = _is_private(given, before, shows)
    await tracking_queries.note_private.run(tx, account_id, private)
    await record_rank(tx, account_id, rank_tier, place, given.competitive_rank, as_of)
    if before is None or (before.rank_tier, before.leaderboard_rank) != (rank_tier, place):
        await boards_actions.note_rank(tx, account_id, rank_tier, place)
    if before is None or before.computed_mmr != given.computed_mmr:
        await boards_actions.note_mmr(tx, account_id, given.computed_mmr)
    return private


def _is_private(given: GivenPlayer, before: ProfileRow | None, shows: bool | None) -> bool:
    """Return whether a player shows no match data.

    A professional's data is shown though the profile says that it is hidden. So is any player's of whom data came.
    """
    if not given.profile.fh_unavailable or given.profile.name is not None:
        return False
    if shows is None:
        return not (before is not None and before.fh_unavailable and not before.private)
    return not shows


async def save_winloss(tx: Transaction, account_id: AccountId, answer: Given[GivenWinLoss]) -> None:
    """Store a player's record, unless it is zeros beside games that are known or of a private profile.

    Zeros alone make nobody private: they come of a fault too. The profile tells.
    """
    given, as_of = answer.value, answer.as_of
    if given.win == 0 and given.lose == 0:
        known = await queries.player_winloss.one_or_none(tx, account_id)
        state = await tracking_queries.sync_state.one_or_none(tx, account_id)
        if (state is not None and state.private) or (known is not None and (known.win or known.lose)):
            await queries.touch_winloss.run(tx, account_id, as_of)
            return
    if await queries.save_winloss.one_or_none(tx, account_id, given.win, given.lose, as_of):
        await boards_actions.note_record(tx, account_id, given.win, given.win + given.lose)


async def save_heroes(tx: Transaction, account_id: AccountId, answer: Given[list[GivenHero]]) -> int:
    """Store the heroes that a player has played or met; how many rows were new or changed.

    Zeros and empty lists of a private profile change nothing.
    """
    as_of = answer.as_of
    told = [h for h in answer.value if h.hero_id > 0 and (h.games or h.with_games or h.against_games)]
    changed: list[tuple[int, int, int]] = []
    if told:
        changed = await queries.save_heroes.many(
            tx, account_id, [h.hero_id for h in told],
            [datetime.fromtimestamp(h.last_played, UTC) if h.last_played else None for h in told],
            [h.games for h in told], [h.win for h in told], [h.with_games for h in told],
            [h.with_win for h in told], [h.against_games for h in told], [h.against_win for h in told], as_of,
        )  # fmt: skip
        await boards_actions.note_heroes(tx, account_id, changed)
    await tracking_queries.note_heroes_synced.run(tx, account_id, as_of)
    return len(changed)


async def forget_player(tx: Transaction, account_id: AccountId) -> int:
    """Delete everything that is kept of a player; the number of rows."""
    await queries.lock_player.one(tx, account_id)
    await boards_actions.forget_player(tx, account_id)
    deleted = sum([await command.run(tx, account_id) for command in queries.FORGET])
    return deleted + await PLAYERS.forget(tx, account_id)


def _time(text: str | None) -> datetime | None:
    """An ISO time as OpenDota writes it; None for none or for what is no time."""
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= parsed.year < 2200:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed

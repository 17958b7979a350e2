"""Writes about players: profile, record, heroes, ranks, what is kept fresh."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.schemas import JobId
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.dota2 import errors
from guildhall.packs.dota2.messages import PlayerRankChanged, SyncPlayer
from guildhall.packs.dota2.queries import players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.rules.ranks import decode_rank, known_tier
from guildhall.packs.dota2.schemas.given import GivenHero, GivenPlayer, GivenRating, GivenWinLoss
from guildhall.packs.dota2.schemas.players import ProfileRow

_TINY = 32_767


async def save_player(
    tx: Transaction, given: GivenPlayer, raw: bytes, as_of: datetime, *, shows: bool | None = None
) -> bool:
    """Store a profile as OpenDota gave it, with the rank in the history where it changed; whether it is private.

    `shows` tells whether other answers held the player's data; None when nobody asked. Sends PlayerRankChanged. An
    answer older than the stored one changes nothing.
    """
    profile = given.profile
    account_id = AccountId(profile.account_id)
    before = await players.player_profile.one_or_none(tx, account_id)
    try:
        rank_tier = known_tier(given.rank_tier)
    except ValueError:  # no fact about the player: what was known stays
        rank_tier = before.rank_tier if before is not None else None
    rank = decode_rank(rank_tier, given.leaderboard_rank)
    place = rank.leaderboard_rank if rank is not None else None
    stored = await players.save_profile.run(
        tx, account_id, profile.personaname, profile.name, profile.plus, profile.cheese, profile.steamid,
        profile.avatar, profile.avatarmedium, profile.avatarfull, profile.profileurl, _time(profile.last_login),
        profile.loccountrycode, profile.status, profile.fh_unavailable, bool(profile.is_contributor),
        bool(profile.is_subscriber), rank_tier, place, given.competitive_rank, given.computed_mmr,
        given.computed_mmr_turbo, msgspec.json.encode(given.aliases or []), raw, as_of,
    )  # fmt: skip
    if not stored:
        return before is not None and before.private
    private = _is_private(given, before, shows)
    await players.note_private.run(tx, account_id, private)
    await _record_rank(tx, account_id, rank_tier, place, given.competitive_rank, as_of)
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


async def _record_rank(
    tx: Transaction,
    account_id: AccountId,
    rank_tier: int | None,
    place: int | None,
    competitive_rank: int | None,
    as_of: datetime,
) -> None:
    """A row when the rank changed; one a UTC day as a mark that it did not."""
    last = await players.latest_rank.one_or_none(tx, account_id)
    if last is not None and (last.rank_tier, last.leaderboard_rank) == (rank_tier, place):
        if last.recorded_at.date() < as_of.astimezone(UTC).date():
            await players.add_rank.run(tx, uuid7(), account_id, rank_tier, place, competitive_rank, "mark", as_of)
        return
    if last is None and rank_tier is None:
        return  # never calibrated: nothing to tell
    await players.add_rank.run(tx, uuid7(), account_id, rank_tier, place, competitive_rank, "change", as_of)
    await forget_figures(tx, account_id)
    await invalidate(tx, prefixes=("leaderboard:",))
    if last is not None:
        await send(tx, PlayerRankChanged(account_id, last.rank_tier, rank_tier, last.leaderboard_rank, place))


async def forget_figures(tx: Transaction, account_id: AccountId) -> None:
    """Have every process forget figures that are computed from a player's history: statistics, streaks, rank over time.

    All comparisons go with them: a key does not tell without a search whose figures are in it.
    """
    prefixes = (f"player_analytics:{account_id}:", f"rank_progression:{account_id}:", "player_comparison:")
    await invalidate(tx, prefixes=prefixes)


async def save_winloss(tx: Transaction, account_id: AccountId, given: GivenWinLoss, as_of: datetime) -> None:
    """Store a player's record, unless it is zeros beside games that are known or of a private profile.

    Zeros alone make nobody private: they come of a fault too. The profile tells.
    """
    if given.win == 0 and given.lose == 0:
        known = await players.player_winloss.one_or_none(tx, account_id)
        state = await players.sync_state.one_or_none(tx, account_id)
        if (state is not None and state.private) or (known is not None and (known.win or known.lose)):
            await players.touch_winloss.run(tx, account_id, as_of)
            return
    await players.save_winloss.run(tx, account_id, given.win, given.lose, as_of)


async def save_heroes(tx: Transaction, account_id: AccountId, given: Sequence[GivenHero], as_of: datetime) -> int:
    """Store the heroes that a player has played or met; how many rows were new or changed.

    Zeros and empty lists of a private profile change nothing.
    """
    told = [h for h in given if h.hero_id > 0 and (h.games or h.with_games or h.against_games)]
    changed = 0
    if told:
        changed = await players.save_heroes.run(
            tx, account_id, [h.hero_id for h in told],
            [datetime.fromtimestamp(h.last_played, UTC) if h.last_played else None for h in told],
            [h.games for h in told], [h.win for h in told], [h.with_games for h in told],
            [h.with_win for h in told], [h.against_games for h in told], [h.against_win for h in told], as_of,
        )  # fmt: skip
    await players.note_heroes_synced.run(tx, account_id, as_of)
    return changed


async def save_ratings(tx: Transaction, account_id: AccountId, given: Sequence[GivenRating], as_of: datetime) -> int:
    """Take over OpenDota's own history of the rank; how many rows were new."""
    unique = {rating.time: rating for rating in given}
    times = sorted(unique)
    added = 0
    if times:
        added = await players.add_reported_ranks.run(
            tx, account_id, [uuid7() for _ in times], [_tier_or_none(unique[t].rank_tier) for t in times],
            [unique[t].competitive_rank for t in times], [unique[t].solo_competitive_rank for t in times], times,
        )  # fmt: skip
    await players.note_ratings_synced.run(tx, account_id, as_of)
    return added


async def track_players(tx: Transaction, account_ids: Sequence[AccountId], most: int) -> int:
    """Keep players fresh from now on; how many rows changed. Raises TooManyTracked."""
    changed = await players.track.run(tx, sorted(account_ids), tx.now)
    if await players.tracked_count.one(tx) > most:
        raise errors.TooManyTracked(most=most)
    return changed


async def untrack_players(tx: Transaction, account_ids: Sequence[AccountId]) -> int:
    """No longer keep players fresh; what is known of them stays."""
    return await players.untrack.run(tx, list(account_ids))


async def request_refresh(
    tx: Transaction, account_id: AccountId, cooldown: timedelta, most_tracked: int
) -> JobId | None:
    """Queue a refresh that a person asked for; its job, or None when one is on its way.

    Raises RefreshTooSoon within `cooldown` of the last one, TooManyTracked.
    """
    if await players.claim_refresh.one_or_none(tx, account_id, tx.now, tx.now - cooldown) is None:
        state = await players.sync_state.one_or_none(tx, account_id)
        since = tx.now - state.refreshed_at if state is not None and state.refreshed_at is not None else cooldown
        wait = max(1, int((cooldown - since).total_seconds()) + 1)
        raise errors.RefreshTooSoon(account_id=account_id, retry_after=wait)
    await track_players(tx, [account_id], most_tracked)
    return await send(tx, SyncPlayer(account_id, requested=True), priority=10)


async def forget_player(tx: Transaction, account_id: AccountId) -> int:
    """Delete everything that is kept of a player; the number of rows."""
    await players.lock_player.one(tx, account_id)
    return sum([await command.run(tx, account_id) for command in players.FORGET])


def _tier_or_none(rank_tier: int | None) -> int | None:
    """The medal's code, or None for uncalibrated and for codes that no medal has."""
    try:
        return known_tier(rank_tier)
    except ValueError:
        return None


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

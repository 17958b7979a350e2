"""The game's answers about a person, through the tiers of the cache."""

from typing import Any

import msgspec
from msgspec import Struct

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.rows import Rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ggg import kinds
from guildhall.packs.poe2.ggg.access import GggAccess
from guildhall.packs.poe2.ggg.rules.leagues import is_private
from guildhall.packs.poe2.ggg.upstream import LEAGUES


class _GivenRule(Struct, frozen=True):
    id: str


class _GivenLeague(Struct, frozen=True, rename="camel"):
    id: str
    rules: list[_GivenRule] = []
    start_at: str | None = None
    end_at: str | None = None
    private_league: dict[str, Any] | None = None


class _GivenLeagues(Struct, frozen=True):
    leagues: list[_GivenLeague]


class AccountLeague(Struct, frozen=True):
    """A league in which you may play. `private` ones are known to their members alone."""

    name: str
    private: bool
    rules: list[str]
    starts_at: str | None
    ends_at: str | None


class AccountLeagues(Struct, frozen=True):
    """The leagues of your account, in the order of the game."""

    items: list[AccountLeague]


_ROWS = Rows(_GivenLeagues)
_encode = msgspec.json.Encoder().encode


class LiveAccount:
    """Answers of the game about a person now. No table of the pack holds them."""

    def __init__(self, cache: Cache, access: GggAccess) -> None:
        self._cache = cache
        self._access = access

    async def leagues(self, user_id: UserId) -> Answer:
        """The leagues of an account. Raises what `GggAccess.get` raises."""

        async def load() -> Fetched:
            body = await self._access.get(user_id, LEAGUES, interactive=True)
            given = self._access.ggg.decode(LEAGUES, body, _ROWS)
            items = [
                AccountLeague(
                    one.id, one.private_league is not None or is_private(one.id), [rule.id for rule in one.rules],
                    one.start_at, one.end_at,
                )
                for one in given.leagues
            ]  # fmt: skip
            return Fetched(_encode(AccountLeagues(items)), self._access.ggg.client.clock.now())

        return await self._cache.get(kinds.LEAGUES, kinds.LEAGUES.key(user_id, ""), load)

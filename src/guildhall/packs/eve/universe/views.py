"""Types and names through the cache."""

from datetime import timedelta

import msgspec

from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.packs.eve.characters.reading import age_of
from guildhall.packs.eve.universe.actions.names import fetch_names, fetch_type
from guildhall.packs.eve.universe.errors import TypeNotFound
from guildhall.packs.eve.universe.queries import names as queries
from guildhall.packs.eve.universe.schemas import Name, Names
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.errors import EsiForbade, TokenRefused

_encode = msgspec.json.Encoder().encode
TYPES = Kind("esi:universe:types", timedelta(days=1), stale_for=timedelta(days=7), private=True)
"""`private` keeps what needs a sign-in out of shared caches and of the fast path that knows no users."""
_NAMES_KEEP = timedelta(days=7)


class Universe:
    """Types and names, through the cache, with ESI as their source."""

    def __init__(self, db: Database, cache: Cache, esi: Esi, clock: Clock) -> None:
        self._db = db
        self._cache = cache
        self._esi = esi
        self._clock = clock

    async def type(self, type_id: int) -> Answer:
        """A type. Raises TypeNotFound, Unavailable."""

        async def load() -> Fetched:
            try:
                info, answer = await fetch_type(self._db, self._esi, type_id)
            except UpstreamNotFound:
                return Fetched(b"null", self._clock.now(), status=404)
            except Unavailable:
                async with self._db.read() as tx:
                    known = await queries.known_type.one_or_none(tx, type_id)
                if known is None:
                    raise
                return Fetched(_encode(known), known.as_of, ttl=timedelta(minutes=1))
            return Fetched(_encode(info), info.as_of, ttl=answer.lifetime(self._clock.now()))

        answer = await self._cache.get(TYPES, TYPES.key(type_id), load)
        if answer.entry.status == 404:
            raise TypeNotFound(type_id=type_id)
        return answer

    async def names(self, ids: list[int]) -> Names:
        """Names by id; what ESI cannot be asked for just now is missing."""
        wanted = sorted(set(ids))
        async with self._db.read() as tx:
            known = {row.id: row for row in await queries.known_names.many(tx, wanted)}
            old = tx.now - _NAMES_KEEP
            ask = [row.id for row in known.values() if row.fetched_at < old]
            ask += await queries.unnamed_of.many(tx, [one for one in wanted if one not in known], old)
        found = {row.id: Name(row.id, row.name, row.category) for row in known.values()}
        oldest = [row.fetched_at for row in known.values()]
        if ask:
            try:
                fetched, _ = await fetch_names(self._db, self._esi, sorted(ask))
                found |= {name.id: Name(name.id, name.name, name.category) for name in fetched}
                oldest = [row.fetched_at for row in known.values() if row.id not in {name.id for name in fetched}]
                oldest += [tx.now] * bool(fetched)
            except (Unavailable, EsiForbade, TokenRefused):
                pass  # what is known is told, the rest is missing
        as_of = min(oldest, default=None)
        items = [found[one] for one in wanted if one in found]
        return Names(items, [one for one in wanted if one not in found], as_of, age_of(as_of, self._clock.now()))

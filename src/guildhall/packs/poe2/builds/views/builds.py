"""Builds as somebody may see them."""

import msgspec

from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Entry, Fetched
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.builds.errors import BuildGone, BuildNotFound, VersionNotFound
from guildhall.packs.poe2.builds.kinds import PUBLIC_BUILD, UNLISTED_BUILD
from guildhall.packs.poe2.builds.queries import builds as queries
from guildhall.packs.poe2.builds.queries import versions
from guildhall.packs.poe2.builds.rules.addresses import Named, parse_short_id
from guildhall.packs.poe2.builds.rules.content import StoredContent
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, VersionLine
from guildhall.packs.poe2.ids import ShortId

_encode = msgspec.json.Encoder().encode


async def visible(tx: Transaction, named: Named) -> BuildDetails:
    """Return a build that the viewer may see. Raises BuildNotFound, BuildGone.

    An unlisted build is for those who have its short address: by its id only its author finds it, for ids are also told
    where the build was while it was public.
    """
    if named.id is None:
        return await locate(tx, named)
    found = await queries.listed_build.one_or_none(tx, named.id)
    if found is None:
        raise BuildNotFound
    return found


async def locate(tx: Transaction, named: Named) -> BuildDetails:
    """Return a build that row-level security shows, for moderators and operators. Raises BuildNotFound, BuildGone."""
    if named.short_id is not None:
        found = await queries.build_at.one_or_none(tx, named.short_id)
        if found is None and await queries.gone_build.one_or_none(tx, named.short_id) is not None:
            raise BuildGone
    else:
        assert named.id is not None
        found = await queries.build.one_or_none(tx, named.id)
    if found is None:
        raise BuildNotFound
    return found


async def version_of(tx: Transaction, build: BuildDetails, number: int) -> tuple[VersionLine, StoredContent]:
    """Return a version of a build that the viewer sees, with its content. Raises VersionNotFound."""
    line = await versions.version.one_or_none(tx, build.id, number)
    stored = await versions.content.one_or_none(tx, build.id, number)
    if line is None or stored is None:
        raise VersionNotFound(number=number)
    return line, stored


class _Unlisted(Exception):
    """A build that is found, and that no cache keeps."""

    def __init__(self, build: BuildDetails) -> None:
        self.build = build


class SharedBuilds:
    """Builds at their short addresses, as everybody with the address sees them; public ones come from memory."""

    def __init__(self, db: Database, cache: Cache, clock: Clock) -> None:
        self._db = db
        self._cache = cache
        self._clock = clock

    async def find(self, text: str) -> Answer:
        """Find the build of a short address. Raises BuildNotFound, also for a draft; BuildGone, Unavailable."""
        short_id = parse_short_id(text)

        async def stored() -> Fetched:
            build = await self.read(short_id)
            if build.visibility != "public":
                raise _Unlisted(build)
            return Fetched(_encode(build), self._clock.now(), ttl=PUBLIC_BUILD.ttl)

        try:
            return await self._cache.get(PUBLIC_BUILD, PUBLIC_BUILD.key(short_id), stored, stored)
        except _Unlisted as found:
            now = self._clock.timestamp()
            entry = Entry(UNLISTED_BUILD, UNLISTED_BUILD.key(short_id), _encode(found.build), 200, now, now, "database")
            return Answer(entry, "database", "fresh")

    async def read(self, short_id: ShortId) -> BuildDetails:
        """Read the build of a short address, as nobody in particular sees it. Raises BuildNotFound, BuildGone."""
        async with self._db.read() as tx:
            return await visible(tx, Named(short_id))

    def forget(self, short_id: ShortId) -> None:
        """Forget a build in this process at once; the others hear of it in a moment."""
        self._cache.drop(PUBLIC_BUILD.key(short_id))

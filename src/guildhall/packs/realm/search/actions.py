"""Finding messages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import profile_on, reading
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound
from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.chat.actions.reading import floor_of, id_at, readable_channels, shown
from guildhall.packs.realm.chat.queries.messages import FIRST, LAST, messages_by_ids
from guildhall.packs.realm.ids import ChannelId, ServerId
from guildhall.packs.realm.search.errors import NothingToSearch
from guildhall.packs.realm.search.queries import MARK_END, MARK_START, found_ids, marked, searchable
from guildhall.packs.realm.search.rules import places, search_terms, unspaced_parts
from guildhall.packs.realm.search.schemas import Found, FoundPage, FoundPart


class Wanted(Struct, frozen=True, kw_only=True):
    """The conditions of a search. `until` is exclusive; `before` is the id at which to continue."""

    words: str
    channel_id: ChannelId | None = None
    user_id: UserId | None = None
    type: MessageType | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None


async def search(tx: Transaction, server_id: ServerId, wanted: Wanted, limit: int) -> FoundPage:
    """Search the messages on a server that the viewer may read, newest first.

    Raises NothingToSearch, as `profile_on` and, for one channel, as `reading`.
    """
    profile = await profile_on(tx, server_id)
    if wanted.channel_id is not None:
        access = await reading(tx, wanted.channel_id)
        if access.server_id != server_id:
            raise ChannelNotFound
        floors = {access.channel_id: floor_of(access)}
    words = search_terms(wanted.words)
    if not await searchable.one(tx, server_id, words):
        raise NothingToSearch
    readable: list[ChannelId] | None = None
    if wanted.channel_id is None:
        readable, floors = await readable_channels(tx, profile)
    low = FIRST if wanted.since is None else id_at(wanted.since)
    high = LAST if wanted.until is None else id_at(wanted.until)
    if wanted.before is not None:
        high = min(high, wanted.before)
    ids = await found_ids.many(
        tx, server_id, words, readable, wanted.channel_id, wanted.user_id, wanted.type, low, high, limit + 1
    )
    page = ids[:limit]
    rows = [
        row
        for row in await messages_by_ids.many(tx, page)
        if row.channel_id is None or row.id >= floors.get(row.channel_id, FIRST)
    ]
    texts = {row.id: row.marked for row in await marked.many(tx, server_id, words, page)}
    unspaced = unspaced_parts(wanted.words)
    found = [
        Found(message, parts_of(texts[message.id], unspaced))
        for message in await shown(tx, rows)
        if message.id in texts
    ]
    return FoundPage(found, page[-1] if len(ids) > limit else None)


def parts_of(text: str, unspaced: Sequence[str] = ()) -> list[FoundPart]:
    """A marked text in pieces. The database marks whole words; parts of words in scripts without spaces are marked
    here."""
    parts = []
    for number, piece in enumerate(text.split(MARK_START)):
        hit, _, rest = piece.partition(MARK_END) if number else ("", "", piece)
        if hit:
            parts.append(FoundPart(hit, True))
        end = 0
        for begin, until in places(rest, unspaced):
            if begin > end:
                parts.append(FoundPart(rest[end:begin], False))
            parts.append(FoundPart(rest[begin:until], True))
            end = until
        if rest[end:]:
            parts.append(FoundPart(rest[end:], False))
    return parts

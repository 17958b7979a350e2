"""The filtered words of a server. A cached filter is dropped by a change of permissions on the server's topic."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.word_filter import WordAction, folded_word
from guildhall.core.realtime.actions import revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.ids import ServerId, WordId
from guildhall.packs.realm.moderation.errors import TooManyWords, WordKnown, WordNotFound, WordRefused
from guildhall.packs.realm.moderation.queries import word_filters as queries
from guildhall.packs.realm.moderation.schemas import FilteredWord, WordRequest
from guildhall.packs.realm.servers.queries import server_to_change


async def add_word(
    tx: Transaction, principal: Principal, server_id: ServerId, wanted: WordRequest, most: int
) -> FilteredWord:
    """Filter a word from the commit on. Raises ServerNotFound, Forbidden, WordRefused, WordKnown, TooManyWords."""
    actor = await acting_on(tx, principal, server_id, MODERATOR)
    word = folded_word(wanted.word)
    if word is None:
        raise WordRefused
    await server_to_change.one(tx, server_id)  # those who add words take turns
    if await queries.words_count.one(tx, server_id) >= most:
        raise TooManyWords(most=most)
    added = await queries.add_word.one_or_none(tx, WordId(uuid7()), server_id, word, wanted.action, actor.id, tx.now)
    if added is None:
        raise WordKnown
    await revoke_access(tx, f"realm.server:{server_id}")
    await record(tx, "word_added", actor=actor.id, server=server_id, details={"action": wanted.action})
    return added


async def change_word(
    tx: Transaction, principal: Principal, server_id: ServerId, word_id: WordId, action: WordAction
) -> FilteredWord:
    """Do something else with a word from the commit on. Raises ServerNotFound, Forbidden, WordNotFound."""
    actor = await acting_on(tx, principal, server_id, MODERATOR)
    changed = await queries.change_word.one_or_none(tx, server_id, word_id, action)
    if changed is None:
        raise WordNotFound
    await revoke_access(tx, f"realm.server:{server_id}")
    await record(tx, "word_changed", actor=actor.id, server=server_id, details={"action": action})
    return changed


async def remove_word(tx: Transaction, principal: Principal, server_id: ServerId, word_id: WordId) -> None:
    """Filter a word no longer. Raises ServerNotFound, Forbidden, WordNotFound."""
    actor = await acting_on(tx, principal, server_id, MODERATOR)
    if not await queries.remove_word.run(tx, server_id, word_id):
        raise WordNotFound
    await revoke_access(tx, f"realm.server:{server_id}")
    await record(tx, "word_removed", actor=actor.id, server=server_id)

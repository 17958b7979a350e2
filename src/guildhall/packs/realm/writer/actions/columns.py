"""The columns of a batch of messages, as the statement takes them."""

from collections.abc import Sequence

from guildhall.core.realtime.live_writer import LivePending
from guildhall.db.arrays import array_of, array_of_texts
from guildhall.packs.realm.writer.schemas import Draft


def columns_of(
    batch: Sequence[LivePending[Draft]],
) -> tuple[str, str, str, str, str | None, str | None, str | None, str | None, str | None, str | None]:
    """Return the columns of a batch as PostgreSQL writes arrays; those that nobody uses are left out whole."""
    drafts = [one.row for one in batch]
    types, users, servers, channels = zip(*[d.places or places_of(d) for d in drafts], strict=True)
    gaps = [d.gap for d in drafts]
    plain = None not in [d.event for d in drafts]
    return (
        "{" + ",".join(types) + "}",
        "{" + ",".join(users) + "}",
        "{" + ",".join(servers) + "}",
        "{" + ",".join(channels) + "}",
        array_of_texts([d.content for d in drafts]),
        None if plain else array_of_texts([None if d.metadata is None else d.metadata.decode() for d in drafts]),
        array_of_texts([d.client_key for d in drafts]),
        None if plain else array_of([d.reply_to for d in drafts]),
        None
        if plain
        else array_of_texts(["{" + ",".join(map(str, d.mentions)) + "}" if d.mentions else None for d in drafts]),
        array_of(gaps) if any(gaps) else None,
    )


def places_of(draft: Draft) -> tuple[str, str, str, str]:
    """Return the elements of a draft in the arrays of types, users, servers and channels."""
    channel = "NULL" if draft.channel_id is None else str(draft.channel_id)
    return draft.type, str(draft.user_id), str(draft.server_id), channel

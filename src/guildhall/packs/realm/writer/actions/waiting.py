"""Drafts that wait for their commit, and the judgements by which their senders were let write."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from guildhall.packs.realm.writer.schemas import Draft, Sent


class Judgement:
    """A cached permission to write, which holds as of an access tick of core.live_head.

    One that is `followed` is made invalid by its cache when it is revoked; while it is valid it holds up to the newest
    revocation seen. Any other holds as of `known` alone.
    """

    __slots__ = ("followed", "known", "valid")

    def __init__(self, known: int, *, followed: bool = False) -> None:
        self.known = known
        self.followed = followed
        self.valid = True

    def good_as_of(self, heard: int) -> int:
        """The access tick up to which it is good, when everything up to `heard` was heard of."""
        if not self.valid:
            return -1
        return max(self.known, heard) if self.followed else self.known


class Waiting(Struct, kw_only=True, eq=False):
    """A draft that waits for its commit until some time of the loop's clock. A subclass hears the outcome."""

    draft: Draft
    judgement: Judgement
    until: float = 0.0

    def sent(self, sent: Sent) -> None:
        """Called after the commit."""

    def failed(self, error: Exception) -> None:
        """Called on failure; with SendUncertain the message may be stored all the same."""


class Awaited(Waiting, eq=False):
    """A draft whose outcome somebody awaits."""

    future: "asyncio.Future[Sent]"

    def sent(self, sent: Sent) -> None:
        if not self.future.done():
            self.future.set_result(sent)

    def failed(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


def columns_of(
    batch: Sequence[Waiting],
) -> tuple[str, str, str, str, str | None, str | None, str | None, str | None, str | None, str | None]:
    """The columns of a batch as PostgreSQL writes arrays; those that nobody uses are left out whole.

    Texts, for the driver takes twice as long over the elements of a list.
    """
    drafts = [one.draft for one in batch]
    types, users, servers, channels = zip(*[d.places or places_of(d) for d in drafts], strict=True)
    gaps = [d.gap for d in drafts]
    plain = None not in [d.event for d in drafts]
    return (
        "{" + ",".join(types) + "}",
        "{" + ",".join(users) + "}",
        "{" + ",".join(servers) + "}",
        "{" + ",".join(channels) + "}",
        _texts([d.content for d in drafts]),
        None if plain else _texts([None if d.metadata is None else d.metadata.decode() for d in drafts]),
        _texts([d.client_key for d in drafts]),
        None if plain else _array([d.reply_to for d in drafts]),
        None if plain else _texts(["{" + ",".join(map(str, d.mentions)) + "}" if d.mentions else None for d in drafts]),
        _array(gaps) if any(gaps) else None,
    )


def places_of(draft: Draft) -> tuple[str, str, str, str]:
    """The elements of a draft in the arrays of types, users, servers and channels."""
    channel = "NULL" if draft.channel_id is None else str(draft.channel_id)
    return draft.type, str(draft.user_id), str(draft.server_id), channel


def _array(column: Sequence[UUID | int | None]) -> str | None:
    """An array of what needs no quotes; None when all of it is null."""
    if column.count(None) == len(column):
        return None
    return "{" + ",".join(["NULL" if one is None else str(one) for one in column]) + "}"


def _texts(column: Sequence[str | None]) -> str | None:
    """An array of texts; None when all of it is null."""
    nulls = column.count(None)
    if nulls == len(column):
        return None
    if not nulls:
        texts: Sequence[str] = column  # type: ignore[assignment]
        whole = "".join(texts)
        if '"' not in whole and "\\" not in whole:
            return '{"' + '","'.join(texts) + '"}'
    return "{" + ",".join(["NULL" if one is None else quoted(one) for one in column]) + "}"


def quoted(text: str) -> str:
    """A text as an element of an array: in quotes, in which only these two characters mean something."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

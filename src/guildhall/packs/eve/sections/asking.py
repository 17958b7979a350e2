"""One section's questions to ESI for one character, and what they came to."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar

from msgspec import Struct

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database, Transaction
from guildhall.packs.eve.sections.schemas import SectionSync, Standing
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.upstream.client import Answer, Esi, Pilot
from guildhall.packs.eve.upstream.routes import Route

Shape = TypeVar("Shape")


class Change(Struct, frozen=True):
    """A section's rows before and after a sync, from which events are made. Their types are the section's matter."""

    before: Sequence[Any] = ()
    after: Sequence[Any] = ()


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


Store = Callable[[Transaction], Awaitable[Change]]
"""Writes what was fetched; runs in a transaction, perhaps more than once."""


class Fetched(Struct, frozen=True):
    """The result of a section's requests. Without `store` nothing has changed."""

    store: Store | None = None
    cursor: int | None = None
    content_hash: bytes | None = None


class Asking:
    """Asks ESI on behalf of one character for one section, and keeps in mind what the answers' headers said.

    ETags are those of the section's own row, a line for each of its routes: they never leave the character.
    """

    def __init__(
        self, esi: Esi, db: Database, settings: EveSettings, standing: Standing, pilot: Pilot, known: SectionSync,
        interactive: bool,
    ) -> None:  # fmt: skip
        self.esi = esi
        self.db = db
        self.settings = settings
        self.standing = standing
        self.known = known
        self.calls = 0
        self.expires_at: datetime | None = None
        """The latest instant before which something that was asked must not be asked again."""
        self.as_of: datetime | None = None
        """Of when the oldest of the answers is."""
        self.last_modified: str | None = None
        self.odd = 0
        """Rows of the answers that were dropped. What is stored but not listed may be among them, and stays."""
        self._pilot = pilot
        self._interactive = interactive
        self._etags = known.etag.split("\n") if known.etag is not None else []

    @property
    def etag(self) -> str | None:
        """The ETags of the section's routes, as they are stored."""
        return "\n".join(self._etags) if any(self._etags) else None

    async def get(self, route: Route, target: str) -> Answer:
        """Ask for something that is always wanted whole. Raises what Esi.get raises."""
        answer = await self.esi.get(route, target, self._pilot, interactive=self._interactive)
        self._note(answer)
        return answer

    async def get_if_changed(self, route: Route, target: str, place: int = 0) -> Answer:
        """Ask for one of the section's own routes (`place` is its number): a 304 when nothing has changed."""
        while len(self._etags) <= place:
            self._etags.append("")
        # An ETag is no use before its content was imported: a failed first import would never begin again.
        etag = self._etags[place] if self.known.imported else ""
        answer = await self.esi.get(
            route, target, self._pilot, etag=etag or None, not_before=self.known.expires_at,
            interactive=self._interactive,
        )  # fmt: skip
        self._note(answer)
        if answer.etag is not None and "\n" not in answer.etag:
            self._etags[place] = answer.etag
        elif answer.body is not None:
            self._etags[place] = ""
        if place == 0:
            self.last_modified = answer.last_modified
        return answer

    def same(self, answer: Answer) -> bool:
        """Return whether an answer has nothing new: a 304, or the very bytes that were stored last."""
        if answer.body is None:
            return True
        return self.was(answer.body)

    def was(self, body: bytes) -> bool:
        """Return whether these very bytes were stored last."""
        return self.known.imported and self.known.content_hash == _digest(body)

    def unchanged(self, answer: Answer) -> Fetched:
        """The section is as it was."""
        return Fetched(cursor=self.known.cursor, content_hash=self.known.content_hash)

    def changed(self, answer: Answer | None, store: Store, cursor: int | None = None) -> Fetched:
        """The section has something to store; `answer` is the one that holds its whole content, if one does."""
        digest = _digest(answer.body) if answer is not None and answer.body is not None else self.known.content_hash
        return Fetched(store, cursor, digest)

    def decode(self, route: Route, answer: Answer, rows: Rows[Shape]) -> Shape:
        """Decode an answer, without its odd rows. Raises UpstreamLied."""
        found = self.esi.read(route, answer, rows)
        self.odd += found.dropped
        return self.esi.client.sound(route.path, found)

    def _note(self, answer: Answer) -> None:
        self.calls += 1
        if self.expires_at is None or answer.expires_at > self.expires_at:
            self.expires_at = answer.expires_at
        if self.as_of is None or answer.as_of < self.as_of:
            self.as_of = answer.as_of

"""The people in the channel, and those who are typing."""

import time
from collections.abc import Iterable
from uuid import UUID

from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.errors import ChatError
from guildhall.packs.realm.terminal.happenings import Joined, Present
from guildhall.packs.realm.terminal.text import one_line

_TYPING_SECONDS = 5.0
"""Seconds for which a person is shown as typing after the server has said so."""
_NAMES_MOST = 60
"""People whose names are asked for."""


class Crowd:
    """The people in a channel. In a large crowd the server names some and counts all."""

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self._present: set[UUID] = set()
        self._typing: dict[UUID, float] = {}
        self.count = 0

    def clear(self) -> None:
        """Forget everybody who is in the channel."""
        self._present, self._typing, self.count = set(), {}, 0

    def joined(self, joined: Joined) -> None:
        """Note the people on a topic that is followed now."""
        self._present, self.count = set(joined.present), joined.present_count

    def sign(self, sign: Present) -> None:
        """Note that a person has come or gone."""
        if sign.state == "here" and sign.user not in self._present:
            self._present.add(sign.user)
            self.count += 1
        elif sign.state == "gone" and sign.user in self._present:
            self._present.discard(sign.user)
            self.count -= 1

    def typed(self, user: UUID) -> None:
        """Note that a person is typing."""
        self._typing[user] = time.monotonic() + _TYPING_SECONDS

    def spoke(self, user: UUID) -> None:
        """Note that a person has stopped typing."""
        self._typing.pop(user, None)

    def names(self) -> list[str]:
        """The names of those whose are known, in their order."""
        return sorted(self._known(self._present), key=str.casefold)

    def typing(self) -> str:
        """A line that tells who types, or nothing."""
        now = time.monotonic()
        self._typing = {user: until for user, until in self._typing.items() if until > now}
        names = [one_line(name) for name in self._known(self._typing)]
        if not names:
            return ""
        return f"{', '.join(names[:3])} {'is' if len(names) == 1 else 'are'} typing …"

    def _known(self, users: Iterable[UUID]) -> list[str]:
        names = (self._client.known_name(user) for user in users)
        return [name for name in names if name is not None]

    async def learn_names(self) -> None:
        """Ask for the names that did not come by yet."""
        for user in [*self._typing, *sorted(self._present)[:_NAMES_MOST]]:
            if self._client.known_name(user) is None:
                try:
                    await self._client.name_of(user)
                except ChatError:
                    return  # the next sign of anybody asks again

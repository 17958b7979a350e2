"""Presence: the followers of topics that show each other, in all processes."""

import asyncio
import contextlib
import secrets
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from guildhall.core.realtime.backplane import Backplane
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.ids import UserId

_HERE, _GONE, _TYPING, _ASK = "here", "gone", "typing", "who"
_LIVES = 2.5
"""The number of silent rounds after which a process is believed dead."""

Told = Callable[[str, UserId, str], None]
"""Takes a topic, a user, and 'here', 'gone' or 'typing'."""


class Presence:
    """The presence of users on topics.

    Only changes leave a process, and every now and then its whole list, so that a process that died is forgotten.
    """

    def __init__(self, backplane: Backplane, settings: RealtimeSettings) -> None:
        self._backplane = backplane
        self._settings = settings
        self._process = secrets.token_hex(4)
        self._own: dict[str, dict[UserId, int]] = defaultdict(dict)
        self._others: dict[str, dict[str, dict[UserId, float]]] = {}
        self._told: Told = lambda topic, user, state: None
        self._round: asyncio.Task[None] | None = None

    def tell(self, callback: Told) -> None:
        """Set the callback for every coming, going and typing."""
        self._told = callback

    def begin(self) -> None:
        """Give signs of life from now on, and ask the others for theirs."""
        if self._round is None:
            self._round = asyncio.create_task(self._rounds(), name="presence")
            self._backplane.say(f"{_ASK} {self._process}")

    async def close(self) -> None:
        """Report that all users of this process are gone."""
        if self._round is not None:
            self._round.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._round
        for topic, users in self._own.items():
            for user in users:
                self._say(_GONE, topic, user)
        self._own.clear()

    def join(self, topic: str, user: UserId) -> None:
        """A user follows a topic; once more if already."""
        users = self._own[topic]
        users[user] = users.get(user, 0) + 1
        if users[user] == 1:
            if not self._elsewhere(topic, user):
                self._told(topic, user, _HERE)
            self._say(_HERE, topic, user)

    def leave(self, topic: str, user: UserId) -> None:
        """Once less."""
        users = self._own.get(topic)
        if users is None or user not in users:
            return
        users[user] -= 1
        if not users[user]:
            del users[user]
            if not users:
                del self._own[topic]
            if not self._elsewhere(topic, user):
                self._told(topic, user, _GONE)
            self._say(_GONE, topic, user)

    def typing(self, topic: str, user: UserId) -> None:
        """A user types."""
        self._told(topic, user, _TYPING)
        self._say(_TYPING, topic, user)

    def present(self, topic: str) -> set[UserId]:
        """Return the users on a topic, in all processes as far as known."""
        found = set(self._own.get(topic, ()))
        for users in self._others.get(topic, {}).values():
            found.update(users)
        return found

    def heard(self, text: str) -> None:
        """A sign of some process."""
        word, _, rest = text.partition(" ")
        process, _, rest = rest.partition(" ")
        if process == self._process:
            return
        if word == _ASK:
            self._say_all()
            return
        topic, _, name = rest.partition(" ")
        if word not in (_HERE, _GONE, _TYPING) or not name:
            return
        user = UserId(UUID(name))
        if word == _TYPING:
            self._told(topic, user, _TYPING)
        elif word == _HERE:
            was = user in self.present(topic)
            until = asyncio.get_running_loop().time() + _LIVES * self._settings.presence_seconds
            self._others.setdefault(topic, {}).setdefault(process, {})[user] = until
            if not was:
                self._told(topic, user, _HERE)
        else:
            self._forget(topic, process, user)

    def _forget(self, topic: str, process: str, user: UserId) -> None:
        processes = self._others.get(topic, {})
        users = processes.get(process, {})
        if users.pop(user, None) is None:
            return
        if not users:
            processes.pop(process, None)
        if not processes:
            self._others.pop(topic, None)
        if user not in self.present(topic):
            self._told(topic, user, _GONE)

    def _elsewhere(self, topic: str, user: UserId) -> bool:
        return any(user in users for users in self._others.get(topic, {}).values())

    def _say(self, word: str, topic: str, user: UserId) -> None:
        self._backplane.say(f"{word} {self._process} {topic} {user}")

    def _say_all(self) -> None:
        for topic, users in self._own.items():
            for user in users:
                self._say(_HERE, topic, user)

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(self._settings.presence_seconds)
            self._say_all()
            now = asyncio.get_running_loop().time()
            over = [
                (topic, process, user)
                for topic, processes in self._others.items()
                for process, users in processes.items()
                for user, until in users.items()
                if until < now
            ]
            for topic, process, user in over:
                self._forget(topic, process, user)

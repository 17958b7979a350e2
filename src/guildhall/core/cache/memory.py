"""The first tier: answers in this process, bounded in bytes, least recently used out first."""

from collections import OrderedDict

from guildhall.core.cache.schemas import Entry

_TARGETS = 4
"""Request targets remembered for an entry: spellings of one query, not an endless supply of them."""


class MemoryTier:
    """A bounded LRU. `by_target` finds an entry by the request target that led to it before."""

    def __init__(self, limit: int, largest: int) -> None:
        self.limit = limit
        self.largest = min(largest, limit)
        self.size = 0
        self.evicted = 0
        self.by_target: dict[bytes, Entry] = {}
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._groups: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Entry | None:
        """The entry, fresh or stale, now the most recently used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def touch(self, entry: Entry) -> None:
        """Mark as used: the shortcut by target has found it."""
        self._entries.move_to_end(entry.key)

    def put(self, entry: Entry) -> bool:
        """Keep an entry in place of the one of its key; False when it is too large to be kept."""
        self.discard(entry.key)
        if entry.size > self.largest:
            return False
        entry.alive = True
        self._entries[entry.key] = entry
        if (group := _group_of(entry.key)) is not None:
            self._groups.setdefault(group, set()).add(entry.key)
        self.size += entry.size
        while self.size > self.limit:
            self._forget(next(iter(self._entries)))
            self.evicted += 1
        return entry.alive

    def bind(self, entry: Entry, target: bytes) -> None:
        """Bind a request target to an entry, so that it leads straight there."""
        if entry.alive and len(entry.targets) < _TARGETS and target not in entry.targets:
            entry.targets.append(target)
            self.by_target[target] = entry
            self.grow(entry, 2 * len(target))

    def grow(self, entry: Entry, by: int) -> None:
        """Account for what was added to an entry: a target, a compressed form."""
        if entry.alive:
            entry.size += by
            self.size += by
            while self.size > self.limit and self._entries:
                self._forget(next(iter(self._entries)))
                self.evicted += 1

    def discard(self, key: str) -> bool:
        """Forget a key; whether it was there."""
        if key not in self._entries:
            return False
        self._forget(key)
        return True

    def discard_prefix(self, prefix: str) -> int:
        """Forget all keys that begin so; how many. A group's prefix is found at once, others by a search."""
        if _group_of(prefix) == prefix:
            found = list(self._groups.get(prefix, ()))
        else:
            found = [key for key in self._entries if key.startswith(prefix)]
        for key in found:
            self._forget(key)
        return len(found)

    def clear(self) -> None:
        """Forget everything."""
        for entry in self._entries.values():
            entry.alive = False
        self._entries.clear()
        self._groups.clear()
        self.by_target.clear()
        self.size = 0

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key)
        entry.alive = False
        self.size -= entry.size
        if (group := _group_of(key)) is not None and (members := self._groups.get(group)) is not None:
            members.discard(key)
            if not members:
                del self._groups[group]
        for target in entry.targets:
            if self.by_target.get(target) is entry:
                del self.by_target[target]


def _group_of(key: str) -> str | None:
    """The kind and subject of a key that has more parts: `player_matches:123:` of `player_matches:123:20`."""
    second = key.find(":", key.find(":") + 1)
    return key[: second + 1] if second > 0 else None

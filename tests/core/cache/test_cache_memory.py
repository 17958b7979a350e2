"""The memory tier against a model of it: never above its limit, least recently used out first."""

from collections import OrderedDict
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from guildhall.core.cache.memory import MemoryTier
from guildhall.core.cache.schemas import OVERHEAD, Entry, Kind

KIND = Kind("page", ttl=timedelta(minutes=1))
LIMIT = 5 * (OVERHEAD + 600)
LARGEST = OVERHEAD + 1500
keys = st.sampled_from(
    [f"{kind}:{subject}:{part}" for kind in "ab" for subject in "12" for part in "xyz"] + ["a:1", "a"]
)


def entry(key, size):
    return Entry(KIND, key, b"x" * size, 200, 0.0, 60.0, "source")


class Memory(RuleBasedStateMachine):
    """What is put, found, bound, grown and forgotten, beside an OrderedDict that does the same slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.tier = MemoryTier(LIMIT, LARGEST)
        self.model: OrderedDict[str, Entry] = OrderedDict()
        self.targets: dict[bytes, Entry] = {}
        self.evicted = 0

    def _shrink(self) -> None:
        while sum(one.size for one in self.model.values()) > LIMIT:
            self._drop(next(iter(self.model)))
            self.evicted += 1

    def _drop(self, key: str) -> None:
        gone = self.model.pop(key, None)
        self.targets = {target: one for target, one in self.targets.items() if one is not gone}

    @rule(key=keys, size=st.integers(0, 2000))
    def put(self, key: str, size: int) -> None:
        made = entry(key, size)
        kept = self.tier.put(made)
        self._drop(key)
        if made.size <= LARGEST:
            self.model[key] = made
            self._shrink()
        assert kept == (key in self.model) == made.alive

    @rule(key=keys)
    def get(self, key: str) -> None:
        found = self.tier.get(key)
        assert found is self.model.get(key)
        if found is not None:
            self.model.move_to_end(key)

    @rule(key=keys, path=st.sampled_from([b"/a", b"/b", b"/c?x=1"]))
    def bind(self, key: str, path: bytes) -> None:
        if (one := self.model.get(key)) is not None and self.targets.get(path) is None:
            self.tier.bind(one, path)
            self.targets[path] = one
            self._shrink()

    @rule(key=keys, by=st.integers(0, 1500))
    def grow(self, key: str, by: int) -> None:
        if (one := self.model.get(key)) is not None:
            self.tier.grow(one, by)
            self._shrink()

    @rule(key=keys)
    def discard(self, key: str) -> None:
        assert self.tier.discard(key) == (key in self.model)
        self._drop(key)

    @rule(prefix=st.sampled_from(["a:1:", "a:1", "a:", "a", "b:2:", "b:2:x", "c:", ""]))
    def discard_prefix(self, prefix: str) -> None:
        concerned = [key for key in self.model if key.startswith(prefix)]
        assert self.tier.discard_prefix(prefix) == len(concerned)
        for key in concerned:
            self._drop(key)

    @rule()
    def clear(self) -> None:
        self.tier.clear()
        self.model.clear()
        self.targets.clear()

    @invariant()
    def size_is_exact_and_bounded(self) -> None:
        assert self.tier.size == sum(one.size for one in self.model.values()) <= LIMIT
        assert len(self.tier) == len(self.model)

    @invariant()
    def targets_lead_to_living_entries(self) -> None:
        assert self.tier.by_target == self.targets
        assert all(one.alive for one in self.tier.by_target.values())

    @invariant()
    def evictions_are_counted(self) -> None:
        assert self.tier.evicted == self.evicted


TestMemory = Memory.TestCase
TestMemory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_least_recently_used_goes_first():
    tier = MemoryTier(3 * (OVERHEAD + 10), LARGEST)
    for key in ("a", "b", "c"):
        tier.put(entry(key, 1))
    tier.get("a")
    tier.put(entry("d", 1))

    assert [tier.get(key) is not None for key in ("a", "b", "c", "d")] == [True, False, True, True]


def test_an_answer_that_is_too_large_replaces_the_old_one_with_nothing():
    tier = MemoryTier(LIMIT, LARGEST)
    tier.put(entry("a", 1))

    assert tier.put(entry("a", LARGEST)) is False
    assert (tier.get("a"), tier.size) == (None, 0)


def test_a_tier_of_no_size_keeps_nothing():
    tier = MemoryTier(0, LARGEST)
    assert tier.put(entry("a", 0)) is False
    assert len(tier) == 0

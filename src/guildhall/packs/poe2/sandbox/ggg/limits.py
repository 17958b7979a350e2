"""The limits of the API: windows that slide, several for each rule, and penalties for who passes one."""

from collections import defaultdict, deque
from collections.abc import Mapping

from msgspec import UNSET, Struct, UnsetType

from guildhall.packs.poe2.sandbox.ggg.options import SandboxPolicy

Window = tuple[int, int, int]


class PoliciesChange(Struct, forbid_unknown_fields=True):
    """New windows by policy and rule. `reset` forgets hits and penalties; `enabled` turns limits on or off."""

    policies: dict[str, dict[str, tuple[Window, ...]]] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    reset: bool = False


class PoliciesView(Struct):
    """The windows in force, and how often somebody has passed one."""

    policies: dict[str, dict[str, tuple[Window, ...]]]
    enabled: bool
    violations: int


class Policies:
    """Counts hits by policy, rule and who makes them."""

    def __init__(self, policies: Mapping[str, SandboxPolicy]) -> None:
        self.policies = {name: dict(one.rules) for name, one in policies.items()}
        self.enabled = True
        self.violations = 0
        self._hits: dict[tuple[str, str, str], deque[float]] = defaultdict(deque)
        self._until: dict[tuple[str, str, str, int], float] = {}

    def view(self) -> PoliciesView:
        """The limits in force."""
        return PoliciesView(self.policies, self.enabled, self.violations)

    def change(self, change: PoliciesChange) -> None:
        """Put other windows in force. Raises ValueError for what makes no sense."""
        if change.policies is not UNSET:
            numbers = [
                one for rules in change.policies.values() for windows in rules.values() for w in windows for one in w
            ]
            if any(one < 1 for one in numbers):
                raise ValueError("hits, seconds and penalties are at least 1")
            self.policies.update(change.policies)
        if change.enabled is not UNSET:
            self.enabled = change.enabled
        if change.reset:
            self._hits.clear()
            self._until.clear()
            self.violations = 0

    def count(self, policy: str, callers: Mapping[str, str], now: float) -> tuple[int | None, dict[str, str]]:
        """Count a call; the seconds to wait if it is refused, and the headers. `callers` are who it is to each rule."""
        if not self.enabled:
            return None, {}
        rules = self.policies[policy]
        wait = 0.0
        for rule, windows in rules.items():
            key = (policy, rule, callers[rule])
            hits = self._hits[key]
            longest = max(seconds for _, seconds, _ in windows)
            while hits and hits[0] <= now - longest:
                hits.popleft()
            hits.append(now)
            for number, (most, seconds, penalty) in enumerate(windows):
                if (left := self._until.get((*key, number), now) - now) > 0:
                    wait = max(wait, left)
                elif _within(hits, now, seconds) > most:
                    self.violations += 1
                    self._until[(*key, number)] = now + penalty
                    wait = max(wait, float(penalty))
        headers = self._headers(policy, callers, now)
        if wait <= 0:
            return None, headers
        seconds = int(wait) + 1
        return seconds, {**headers, "Retry-After": str(seconds)}

    def _headers(self, policy: str, callers: Mapping[str, str], now: float) -> dict[str, str]:
        rules = self.policies[policy]
        headers = {"X-Rate-Limit-Policy": policy, "X-Rate-Limit-Rules": ",".join(rules)}
        for rule, windows in rules.items():
            key = (policy, rule, callers[rule])
            headers[f"X-Rate-Limit-{rule}"] = ",".join(":".join(map(str, window)) for window in windows)
            states = []
            for number, (_, seconds, _) in enumerate(windows):
                left = max(0.0, self._until.get((*key, number), now) - now)
                states.append(f"{_within(self._hits[key], now, seconds)}:{seconds}:{int(left)}")
            headers[f"X-Rate-Limit-{rule}-State"] = ",".join(states)
        return headers


def _within(hits: deque[float], now: float, seconds: int) -> int:
    return sum(at > now - seconds for at in hits)

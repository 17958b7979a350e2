"""The end of every check: all that is wrong, told at once."""

from collections.abc import Iterable


class PackIsWrong(AssertionError):
    """A check has found something. Its text has a line for each finding."""


def require_none(check: str, pack: str, found: Iterable[str]) -> None:
    """Raise PackIsWrong with the findings, if there are any."""
    lines = sorted(set(found))
    if lines:
        text = "".join(f"\n- {line}" for line in lines)
        raise PackIsWrong(f"{check} of the pack {pack}: {len(lines)} finding(s){text}")

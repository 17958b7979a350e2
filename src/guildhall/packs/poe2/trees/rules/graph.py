"""A passive tree as a graph: what a list of nodes costs, and which of its nodes nothing leads to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

Kind = Literal["small", "notable", "keystone", "socket", "start", "picture"]

SHARED_STARTS = {"Witch": "Sorceress", "Huntress": "Ranger"}
"""Classes that begin where another does."""
QUEST_POINTS = 24
"""Points that quests give at most, beside one for each level after the first."""
WEAPON_POINTS = 24
"""Points of each weapon set at most."""
ASCENDANCY_POINTS = 8


class Node(Struct, frozen=True):
    """A passive node. `ascendancy` is the one whose points it costs."""

    node: int
    name: str
    kind: Kind
    ascendancy: str | None
    stats: list[str]


class TreeCheck(Struct, frozen=True, kw_only=True):
    """A list of nodes held against the tree of its version. Nothing of it is a refusal: games have exceptions.

    `known` is false where the tree of the version is not imported; then nothing else is said. `unconnected` are nodes
    that no path of taken ones leads to; some jewels allow that.
    """

    version: str
    title: str = ""
    known: bool
    unknown_nodes: list[int] = []
    unconnected: list[int] = []
    points: int = 0
    most_points: int = 0
    weapon_points: list[int] = []
    most_weapon_points: int = WEAPON_POINTS
    ascendancy_points: int = 0
    most_ascendancy_points: int = ASCENDANCY_POINTS
    keystones: list[str] = []
    notables: list[str] = []

    @property
    def sound(self) -> bool:
        """Return whether a character could have these nodes without an exception."""
        return (
            self.known
            and not self.unknown_nodes
            and not self.unconnected
            and self.points <= self.most_points
            and self.ascendancy_points <= self.most_ascendancy_points
            and all(one <= self.most_weapon_points for one in self.weapon_points)
        )


class Taken(Struct, frozen=True):
    """The nodes that a build has taken of a tree, and by whom."""

    nodes: Sequence[int]
    weapon_sets: Sequence[Sequence[int]]
    class_name: str
    ascendancy: str | None
    level: int


class Graph:
    """The tree of one version in memory, about 1 MB."""

    def __init__(
        self, version: str, nodes: Iterable[Node], edges: Iterable[tuple[int, int]], starts: Mapping[str, int]
    ) -> None:
        self.version = version
        self.nodes = {one.node: one for one in nodes}
        self.names: Mapping[int, str] = {number: one.name for number, one in self.nodes.items() if one.name}
        """The names of the nodes that have one."""
        self.starts = dict(starts)
        self._beside: dict[int, list[int]] = {number: [] for number in self.nodes}
        for low, high in edges:
            self._beside[low].append(high)
            self._beside[high].append(low)
        self._ascendancy_starts = {
            one.ascendancy: one.node for one in self.nodes.values() if one.kind == "start" and one.ascendancy
        }

    def check(self, taken: Taken, title: str = "") -> TreeCheck:
        """Hold a list of nodes against this tree."""
        everything = {*taken.nodes, *(node for nodes in taken.weapon_sets for node in nodes)}
        known = everything & self.nodes.keys()
        common = known - {node for nodes in taken.weapon_sets for node in nodes}
        sets = [known & set(nodes) for nodes in taken.weapon_sets]
        reached = self._reached(taken, common)
        for own in sets:  # they lead on within their set alone
            reached |= self._reached(taken, common | own) & own
        paid = [self.nodes[number] for number in common if self.nodes[number].kind != "start"]
        shown = sorted((self.nodes[number] for number in known), key=lambda one: one.name)
        return TreeCheck(
            version=self.version,
            title=title,
            known=True,
            unknown_nodes=sorted(everything - known),
            unconnected=sorted(known - reached),
            points=sum(one.ascendancy is None for one in paid),
            most_points=taken.level - 1 + QUEST_POINTS,
            weapon_points=[len(own) for own in sets],
            ascendancy_points=sum(one.ascendancy is not None for one in paid),
            keystones=[one.name for one in shown if one.kind == "keystone"],
            notables=[one.name for one in shown if one.kind == "notable"],
        )

    def _reached(self, taken: Taken, nodes: set[int]) -> set[int]:
        """The nodes that a path of nodes leads to, from where the class and the ascendancy begin."""
        start = self.starts.get(taken.class_name, self.starts.get(SHARED_STARTS.get(taken.class_name, "")))
        begin = (start, self._ascendancy_starts.get(taken.ascendancy or ""))
        seen = {one for one in begin if one is not None}
        edge = list(seen)
        while edge:
            following = [other for one in edge for other in self._beside.get(one, ()) if other in nodes]
            edge = [one for one in set(following) if one not in seen]
            seen.update(edge)
        return seen

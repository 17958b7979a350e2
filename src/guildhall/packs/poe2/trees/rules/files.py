"""Files of passive trees: the game's own export as tools keep it, and a plain graph."""

from typing import Any

import msgspec
from msgspec import Struct

from guildhall.packs.poe2.trees.errors import BadTreeFile
from guildhall.packs.poe2.trees.rules.graph import Kind, Node

_KINDS: dict[str, Kind] = {
    "small": "small", "notable": "notable", "keystone": "keystone", "jewel_socket": "socket", "unnamed": "picture",
    "ascendancy_small": "small", "ascendancy_notable": "notable", "ascendancy_start": "start", "class_start": "start",
}  # fmt: skip


class GivenTree(Struct, frozen=True):
    """A tree as a file tells it: connections once each, the smaller node first."""

    nodes: list[Node]
    edges: list[tuple[int, int]]
    starts: dict[str, int]


class _GraphNode(Struct):
    name: str | None
    kind: str
    stats: list[str] = []
    ascendancy: str | None = None


class _GraphStart(Struct):
    node_id: int


class _GraphFile(Struct):
    """A plain graph: nodes by number, edges as pairs, the classes' starts."""

    nodes: dict[str, _GraphNode]
    edges: list[tuple[int, int]]
    class_starts: dict[str, _GraphStart]


class _Connection(Struct):
    id: int


class _ExportNode(Struct, rename="camel"):
    name: str = ""
    stats: list[str] = []
    is_notable: bool = False
    is_keystone: bool = False
    is_only_image: bool = False
    is_jewel_socket: bool = False
    is_ascendancy_start: bool = False
    ascendancy_name: str | None = None
    classes_start: list[str] = []
    connections: list[_Connection] = []


class _ExportFile(Struct):
    """The game's export: each connection stands on one of its sides alone."""

    nodes: dict[str, _ExportNode]


def read_tree(raw: bytes) -> GivenTree:
    """Read a file of a passive tree. Raises BadTreeFile."""
    try:
        shape: Any = _GraphFile if b'"edges"' in raw else _ExportFile
        found = msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadTreeFile(why=f"it is no tree: {error}") from error
    tree = _of_graph(found) if isinstance(found, _GraphFile) else _of_export(found)
    numbers = {one.node for one in tree.nodes}
    lost = next((one for edge in tree.edges for one in edge if one not in numbers), None)
    if lost is not None:
        raise BadTreeFile(why=f"node {lost} is connected and does not exist")
    homeless = next((name for name, node in tree.starts.items() if node not in numbers), None)
    if not tree.nodes or not tree.starts or homeless is not None:
        raise BadTreeFile(why="it has no nodes, or classes begin nowhere")
    return tree


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= 2**31:
        raise BadTreeFile(why=f"{text[:30]!a} is no number of a node")
    return int(text)


def _of_graph(file: _GraphFile) -> GivenTree:
    starts = {name.title(): one.node_id for name, one in file.class_starts.items()}
    begin = set(starts.values())
    nodes = []
    for text, one in file.nodes.items():
        number = _number(text)
        if one.kind not in _KINDS:
            raise BadTreeFile(why=f"node {number} is a {one.kind[:30]!a}, which is unknown")
        kind: Kind = "start" if number in begin else _KINDS[one.kind]
        nodes.append(Node(number, one.name or "", kind, one.ascendancy, one.stats))
    return GivenTree(nodes, _once(file.edges), starts)


def _of_export(file: _ExportFile) -> GivenTree:
    nodes, edges, starts = [], list[tuple[int, int]](), dict[str, int]()
    for text, one in file.nodes.items():
        if not text.isdecimal():  # the root, which groups what classes begin with
            continue
        number = _number(text)
        starts.update(dict.fromkeys(one.classes_start, number))
        edges.extend((number, other.id) for other in one.connections)
        nodes.append(Node(number, one.name, _kind_of(one), one.ascendancy_name, one.stats))
    return GivenTree(nodes, _once(edges), starts)


def _kind_of(one: _ExportNode) -> Kind:
    if one.classes_start or one.is_ascendancy_start:
        return "start"
    if one.is_only_image:
        return "picture"
    if one.is_keystone:
        return "keystone"
    return "notable" if one.is_notable else "socket" if one.is_jewel_socket else "small"


def _once(edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted({(min(one, other), max(one, other)) for one, other in edges if one != other})

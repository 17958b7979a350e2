"""Passive trees: their files, and node lists held against them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.poe2.sandbox import make_tree
from guildhall.packs.poe2.trees.errors import BadTreeFile
from guildhall.packs.poe2.trees.rules.files import GivenTree, read_tree
from guildhall.packs.poe2.trees.rules.graph import Graph, Node, Taken

RECORDED = Path(__file__).parents[5] / "shared" / "data" / "poe2" / "passive_tree_0.5_graph.json"

#  1 (Monk) - 2 - 3 - 4 (keystone)    5 (notable) alone    10 (Invoker) - 11
NODES = [
    Node(1, "", "start", None, []),
    Node(2, "Dexterity", "small", None, ["+5 to Dexterity"]),
    Node(3, "Speed", "small", None, []),
    Node(4, "Zealot", "keystone", None, []),
    Node(5, "Acuity", "notable", None, []),
    Node(10, "", "start", "Invoker", []),
    Node(11, "Storm", "small", "Invoker", []),
]
GRAPH = Graph("0_5", NODES, [(1, 2), (2, 3), (3, 4), (10, 11)], {"Monk": 1, "Sorceress": 5})


def taken(*nodes: int, sets: tuple[list[int], ...] = (), class_name: str = "Monk", level: int = 10) -> Taken:
    """What a build of a class takes."""
    return Taken(list(nodes), list(sets), class_name, "Invoker", level)


def test_a_sound_list_is_counted():
    check = GRAPH.check(taken(2, 3, 4, 11))

    assert check.sound
    assert (check.points, check.most_points, check.ascendancy_points) == (3, 33, 1)
    assert check.keystones == ["Zealot"]


def test_nodes_that_nothing_leads_to_are_told():
    check = GRAPH.check(taken(3, 4, 5))

    assert check.unconnected == [3, 4, 5]
    assert check.notables == ["Acuity"]
    assert not check.sound


def test_nodes_of_a_weapon_set_count_for_it_alone_and_lead_on_in_it_alone():
    check = GRAPH.check(taken(2, 3, 4, sets=([3, 4], [4])))

    assert check.points == 1
    assert check.weapon_points == [2, 1]
    assert check.unconnected == []
    assert GRAPH.check(taken(2, 4, sets=([3], []))).unconnected == [4]


def test_unknown_nodes_are_kept_and_named():
    assert GRAPH.check(taken(2, 999)).unknown_nodes == [999]


def test_classes_share_their_beginning():
    assert GRAPH.check(taken(5, class_name="Witch")).unconnected == []
    assert GRAPH.check(taken(5, class_name="Shaman")).unconnected == [5]


@given(st.sets(st.sampled_from([1, 2, 3, 4, 5, 10, 11, 77])), st.sets(st.sampled_from([2, 3, 4])), st.integers(1, 100))
def test_every_node_is_known_or_unknown_and_counted_once(nodes, own, level):
    check = GRAPH.check(taken(*nodes, sets=(sorted(own), []), level=level))

    assert check.points + check.ascendancy_points + check.weapon_points[0] == len((nodes | own) - {1, 10, 77})
    assert set(check.unconnected) <= nodes | own
    assert check.unknown_nodes == sorted({77} & nodes)


def graph_file(**changes: Any) -> bytes:
    """A file of a plain graph."""
    file = {
        "nodes": {
            "1": {"name": None, "kind": "unnamed"},
            "2": {"name": "Dexterity", "kind": "small", "stats": ["+5 to Dexterity"]},
            "7": {"name": "Storm", "kind": "ascendancy_notable", "ascendancy": "Invoker"},
        },
        "edges": [[2, 1], [1, 2]],
        "class_starts": {"MONK": {"node_id": 1, "x": 1.5}},
    }
    return json.dumps(file | changes).encode()


def test_a_graph_is_read():
    assert read_tree(graph_file()) == GivenTree(
        [
            Node(1, "", "start", None, []),
            Node(2, "Dexterity", "small", None, ["+5 to Dexterity"]),
            Node(7, "Storm", "notable", "Invoker", []),
        ],
        [(1, 2)],
        {"Monk": 1},
    )


def test_the_games_export_is_read():
    export = {
        "nodes": {
            "root": {"out": []},
            "1": {"name": "SIX", "classesStart": ["Ranger", "Huntress"], "connections": [{"id": 2, "orbit": 0}]},
            "2": {"name": "Socket", "isJewelSocket": True, "connections": []},
            "3": {"name": "Zealot", "isKeystone": True, "connections": [{"id": 2}]},
            "4": {"isOnlyImage": True},
            "5": {"name": "Deadeye", "ascendancyName": "Deadeye", "isAscendancyStart": True},
        }
    }
    tree = read_tree(json.dumps(export).encode())

    assert [one.kind for one in tree.nodes] == ["start", "socket", "keystone", "picture", "start"]
    assert tree.edges == [(1, 2), (2, 3)]
    assert tree.starts == {"Ranger": 1, "Huntress": 1}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "no tree"),
        (b"\xff", "no tree"),
        (b"{}", "no tree"),
        (b'{"nodes": {}}', "no nodes"),
        (graph_file(nodes={"x": {"name": "", "kind": "small"}}), "no number"),
        (graph_file(nodes={"99999999999": {"name": "", "kind": "small"}}), "no number"),
        (graph_file(nodes={"1": {"name": "", "kind": "odd"}}), "unknown"),
        (graph_file(edges=[[1, 3]]), "node 3 is connected"),
        (graph_file(class_starts={}), "begin nowhere"),
        (graph_file(class_starts={"MONK": {"node_id": 9}}), "begin nowhere"),
    ],
)
def test_a_file_that_is_no_tree_is_refused(raw: bytes, says: str):
    with pytest.raises(BadTreeFile, match=says):
        read_tree(raw)


@pytest.mark.skipif(not RECORDED.exists(), reason="no recorded tree here")
def test_the_recorded_tree_is_read_whole():
    tree = read_tree(RECORDED.read_bytes())
    graph = Graph("0_5", tree.nodes, tree.edges, tree.starts)

    assert (len(tree.nodes), len(tree.edges)) == (4975, 5887)  # the file has 5,888: a node is connected with itself
    assert set(tree.starts) == {"Warrior", "Ranger", "Sorceress", "Mercenary", "Druid", "Monk"}
    path = [tree.starts["Monk"]]
    for _ in range(40):
        path.append(next(other for one in path for other in graph._beside[one] if other not in path))
    check = graph.check(Taken(path, [], "Monk", "Invoker", 60))
    assert check.unconnected == check.unknown_nodes == []


def test_the_made_up_tree_is_one_of_every_class():
    tree = read_tree(make_tree(1))
    graph = Graph("0_5", tree.nodes, tree.edges, tree.starts)

    assert read_tree(make_tree(1)) == tree
    for class_name, start in tree.starts.items():
        check = graph.check(Taken(range(start + 1, start + 60), [], class_name, None, 60))
        assert (check.unconnected, check.unknown_nodes, len(check.keystones)) == ([], [], 1)

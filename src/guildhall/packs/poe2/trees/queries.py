"""Statements about passive trees."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.trees.rules.graph import Node
from guildhall.packs.poe2.trees.schemas import NodeLine, TreeCard, TreeRow


@rows(TreeRow, "select version, source, starts, imported_at from poe2.trees where version = :version")
def tree(version: str) -> None: ...


@rows(tuple[str, datetime], "select version, imported_at from poe2.trees")
def imported_trees() -> None: ...


@rows(
    TreeCard,
    """
    select t.version, t.source, t.imported_at,
           (select count(*) from poe2.tree_nodes n where n.version = t.version)::int as nodes,
           (select count(*) from poe2.tree_edges e where e.version = t.version)::int as edges
    from poe2.trees t
    where :after::text is null or t.version < :after
    order by t.version desc
    limit :limit
    """,
    proven=("nodes", "edges"),
)
def trees(after: str | None, limit: int) -> None:
    """The versions, the newest first."""


@rows(Node, "select node, name, kind, ascendancy, stats from poe2.tree_nodes where version = :version order by node")
def nodes_of(version: str) -> None: ...


@rows(tuple[int, int], "select low, high from poe2.tree_edges where version = :version order by low, high")
def edges_of(version: str) -> None: ...


@rows(
    NodeLine,
    """
    select n.node, n.name, n.kind, n.ascendancy, n.stats,
           array(select e.high from poe2.tree_edges e where e.version = n.version and e.low = n.node
                 union all
                 select e.low from poe2.tree_edges e where e.version = n.version and e.high = n.node
                 order by 1) as beside
    from poe2.tree_nodes n
    where n.version = :version and n.node > :after
    order by n.node
    limit :limit
    """,
    proven=("beside",),
)
def node_page(version: str, after: int, limit: int) -> None:
    """The nodes of a version behind one, in the order of their numbers."""


@rows(bool, "delete from poe2.trees where version = :version returning true as gone", proven=("gone",))
def drop_tree(version: str) -> None: ...


@command(
    "insert into poe2.trees (version, source, starts, imported_at) values (:version, :source, :starts::jsonb, :now)"
)
def add_tree(version: str, source: str, starts: dict[str, int], now: datetime) -> None: ...


@command(
    """
    insert into poe2.tree_nodes (version, node, name, kind, ascendancy, stats)
    select :version, n.node, n.name, n.kind, n.ascendancy,
           array(select jsonb_array_elements_text(n.stats::jsonb))
    from unnest(:nodes::int[], :names::text[], :kinds::text[], :ascendancies::text[], :stats::text[])
         n (node, name, kind, ascendancy, stats)
    """,
)
def add_nodes(
    version: str, nodes: list[int], names: list[str], kinds: list[str], ascendancies: list[str | None], stats: list[str]
) -> None:
    """Add nodes; `stats` are JSON arrays of texts."""


@command(
    """
    insert into poe2.tree_edges (version, low, high)
    select :version, e.low, e.high from unnest(:low::int[], :high::int[]) e (low, high)
    """,
)
def add_edges(version: str, low: list[int], high: list[int]) -> None: ...

"""Passive trees: game data that an operator imports, a version a patch."""

from guildhall.db.policies import create_schema, drop_schema
from guildhall.db.revision import steps

revision = "poe2_0001"
down_revision = None
branch_labels = ("poe2",)
depends_on = ("db_0001",)

UP = f"""
{create_schema("poe2")}

create table poe2.trees (
    version     text primary key check (version ~ '^[0-9]{{1,3}}(_[0-9]{{1,3}}){{1,2}}[a-z]?$'),
    source      text not null check (char_length(source) between 1 and 500),
    -- nodes by the name of the class that begins there; classes share them
    starts      jsonb not null,
    imported_at timestamptz not null
);

-- The number of a node is its own in one version only: in the next it may be another node.
create table poe2.tree_nodes (
    version    text not null references poe2.trees on delete cascade,
    node       int not null check (node >= 0),
    name       text not null check (char_length(name) <= 200),
    kind       text not null check (kind in ('small', 'notable', 'keystone', 'socket', 'start', 'picture')),
    -- the ascendancy whose points it costs
    ascendancy text check (char_length(ascendancy) between 1 and 100),
    stats      text[] not null,
    primary key (version, node)
);

create table poe2.tree_edges (
    version text not null,
    low     int not null,
    high    int not null,
    primary key (version, low, high),
    check (low < high),
    foreign key (version, low) references poe2.tree_nodes on delete cascade,
    foreign key (version, high) references poe2.tree_nodes on delete cascade
);

-- Serves the cascade of nodes.
create index tree_edges_high on poe2.tree_edges (version, high);
"""

DOWN = f"""
drop table poe2.tree_edges;
drop table poe2.tree_nodes;
drop table poe2.trees;
{drop_schema("poe2")}
"""

upgrade, downgrade = steps(UP, DOWN)

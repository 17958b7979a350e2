"""The game's modifiers, bases and crafting rules by patch: data that an operator imports."""

from guildhall.db.revision import steps

revision = "poe2_0004"
down_revision = "poe2_0003"
branch_labels = None
depends_on = None

UP = """
create table poe2.crafting_patches (
    patch         text primary key check (patch ~ '^[0-9]{1,3}(\\.[0-9]{1,3}){1,3}[a-z]?$'),
    source        text not null check (char_length(source) between 1 and 500),
    -- orbs, essences, bones, omens with their floors and sources; limits of modifiers
    rules         jsonb not null,
    -- where the weights are from; the client's data has none
    weight_source text not null check (char_length(weight_source) between 1 and 500),
    -- stands in for a weight that is not known
    usual_weight  double precision not null check (usual_weight > 0 and usual_weight < 'Infinity'),
    -- of the last import, of whichever part
    imported_at   timestamptz not null
);

create table poe2.mods (
    patch    text not null references poe2.crafting_patches on delete cascade,
    id       text collate "C" not null check (char_length(id) between 1 and 120),
    -- the ladder of tiers it belongs to
    type     text collate "C" not null check (char_length(type) between 1 and 120),
    side     text not null check (side in ('prefix', 'suffix')),
    level    smallint not null check (level between 0 and 100),
    name     text not null check (char_length(name) <= 200),
    kind     text not null check (kind in ('natural', 'desecrated', 'crafted')),
    -- an item has one modifier of each
    families text[] not null,
    stats    text[] not null,
    faction  text check (char_length(faction) <= 200),
    -- the tags of bases it is added to, in their order, and its weight there; null is unknown
    tags     text[] not null,
    weights  double precision[] not null,
    primary key (patch, id),
    check (cardinality(tags) = cardinality(weights))
);

create table poe2.bases (
    patch      text not null references poe2.crafting_patches on delete cascade,
    id         text collate "C" not null check (char_length(id) between 1 and 120),
    name       text not null check (char_length(name) between 1 and 120),
    item_class text not null check (char_length(item_class) between 1 and 120),
    tags       text[] not null,
    primary key (patch, id)
);
"""

DOWN = """
drop table poe2.bases;
drop table poe2.mods;
drop table poe2.crafting_patches;
"""

upgrade, downgrade = steps(UP, DOWN)

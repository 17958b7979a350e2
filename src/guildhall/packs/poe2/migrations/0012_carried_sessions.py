"""Crafting sessions in imports, and fields of imported records that nothing is made of."""

from guildhall.db.revision import steps

revision = "poe2_0012"
down_revision = "poe2_0011"
branch_labels = None
depends_on = None

UP = """
alter table poe2.crafting_sessions
    drop constraint crafting_sessions_origin_check,
    add constraint crafting_sessions_origin_check check (origin in ('live', 'craft_of_exile', 'import'));

alter table poe2.imported_records
    -- the order in which records came: a list that is kept as it is keeps its order
    add column seq bigint generated always as identity,
    -- fields of a build, snapshot or session that nothing is made of, as they stood
    add column extra jsonb,
    add constraint imported_records_extra_check check (extra is null or item_id is not null);
-- Serves the export: the fields that belong to an item.
create index imported_records_extra on poe2.imported_records (user_id, item_id) where extra is not null;
"""

DOWN = """
alter table poe2.imported_records drop column extra, drop column seq;
update poe2.crafting_sessions set origin = 'live' where origin = 'import';
alter table poe2.crafting_sessions
    drop constraint crafting_sessions_origin_check,
    add constraint crafting_sessions_origin_check check (origin in ('live', 'craft_of_exile'));
"""

upgrade, downgrade = steps(UP, DOWN)

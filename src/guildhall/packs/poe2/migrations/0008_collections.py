"""Collections of builds."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "poe2_0008"
down_revision = "poe2_0007"
branch_labels = None
depends_on = None

_VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"
_OWN = f"exists (select from poe2.build_collections c where c.id = collection_id and c.user_id = {_VIEWER})"

UP = f"""
create table poe2.build_collections (
    id          uuid primary key,
    user_id     uuid not null references core.users on delete cascade,
    -- the owner's name; accounts themselves are private
    owner       text not null check (char_length(owner) between 1 and 100),
    name        text not null check (char_length(name) between 1 and 255),
    description text check (char_length(description) between 1 and 5000),
    is_public   boolean not null default false,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);
-- Serves a person's collections, and the deletion of an account.
create index build_collections_of_user on poe2.build_collections (user_id, id desc);
-- Serves the list of public ones.
create index build_collections_public on poe2.build_collections (id desc) where is_public;

create table poe2.build_collection_items (
    collection_id     uuid not null references poe2.build_collections on delete cascade,
    build_template_id uuid not null references poe2.build_templates on delete cascade,
    notes             text check (char_length(notes) between 1 and 2000),
    -- the order that its owner chose
    position          int not null check (position >= 1),
    added_at          timestamptz not null default now(),
    primary key (collection_id, build_template_id)
);
create index build_collection_items_in_order
    on poe2.build_collection_items (collection_id, position, build_template_id);
-- Serves the cascade.
create index build_collection_items_of_build on poe2.build_collection_items (build_template_id);

alter table poe2.build_collections enable row level security;
alter table poe2.build_collections force row level security;
create policy see on poe2.build_collections for select to {APP} using (is_public or user_id = {_VIEWER});
create policy add on poe2.build_collections for insert to {APP} with check (user_id = {_VIEWER});
create policy change on poe2.build_collections for update to {APP}
    using (user_id = {_VIEWER}) with check (user_id = {_VIEWER});
create policy remove on poe2.build_collections for delete to {APP} using (user_id = {_VIEWER});
create policy jobs_all on poe2.build_collections to {JOBS} using (true) with check (true);

-- An item is as visible as its collection; the build in it as that is itself.
alter table poe2.build_collection_items enable row level security;
alter table poe2.build_collection_items force row level security;
create policy see on poe2.build_collection_items for select to {APP}
    using (exists (select from poe2.build_collections c where c.id = collection_id));
create policy add on poe2.build_collection_items for insert to {APP} with check ({_OWN});
create policy change on poe2.build_collection_items for update to {APP} using ({_OWN}) with check ({_OWN});
create policy remove on poe2.build_collection_items for delete to {APP} using ({_OWN});
create policy jobs_all on poe2.build_collection_items to {JOBS} using (true) with check (true);
"""

DOWN = """
drop table poe2.build_collection_items;
drop table poe2.build_collections;
"""

upgrade, downgrade = steps(UP, DOWN)

"""Files for whoever knows their address, and content that may have lost its last owner."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "storage_0002"
down_revision = "storage_0001"
branch_labels = None
depends_on = None

UP = f"""
-- The content of anybody's file. The caller asks for a signature before it hands out a private one.
create function core.storage_served(file_id uuid, wanted text)
returns table (private boolean, hash bytea, content bytea, media_type text, size bigint, bytes bigint)
language sql stable security definer set search_path = pg_catalog as $$
    select f.private, o.hash, o.hash, o.media_type, o.size, f.bytes
    from core.storage_files f join core.storage_objects o on o.hash = f.hash
    where f.id = file_id and wanted = 'original'
    union all
    select f.private, f.hash, v.content, v.media_type, v.size, f.bytes
    from core.storage_files f join core.storage_variants v on v.hash = f.hash
    where f.id = file_id and v.variant = wanted
$$;
revoke execute on function core.storage_served(uuid, text) from public;
grant execute on function core.storage_served(uuid, text) to {APP}, {JOBS};

-- Whoever deletes a file does not know of the other owners' deletions at the same moment; a sweep looks again later.
create function core.loosen_storage() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    -- in one order, so that two deletions never wait for each other
    perform from core.storage_objects o where o.hash in (select g.hash from gone g) order by o.hash for update;
    update core.storage_objects set loosened_at = now() where hash in (select g.hash from gone g);
    return null;
end $$;
create trigger loosen after delete on core.storage_files referencing old table as gone
    for each statement execute function core.loosen_storage();
"""

DOWN = """
drop trigger loosen on core.storage_files;
drop function core.loosen_storage();
drop function core.storage_served(uuid, text);
"""

upgrade, downgrade = steps(UP, DOWN)

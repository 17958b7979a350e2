"""The months of messages in the default partition, for the archive's job, whose role cannot read partitions."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "realm_0011"
down_revision = "realm_0010"
branch_labels = None
depends_on = None

UP = f"""
create function realm.late_months() returns setof date
language sql stable security definer set search_path = pg_catalog as $$
    select distinct date_trunc('month', to_timestamp(
        ('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date
    from realm.messages_default
$$;
revoke execute on function realm.late_months() from public;
revoke execute on function realm.late_months() from {APP};
grant execute on function realm.late_months() to {JOBS};
"""

DOWN = """
drop function realm.late_months();
"""

upgrade, downgrade = steps(UP, DOWN)

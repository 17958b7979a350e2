"""Keys of the cache in the order of their bytes, so that those that begin alike are a range of the index."""

from guildhall.db.revision import steps

revision = "cache_0002"
down_revision = "cache_0001"
branch_labels = None
depends_on = None

# C.UTF-8 is another collation than C to PostgreSQL: beginnings of keys were found by reading all keys.
UP = """
alter table core.cached_data alter column cache_key type text collate "C";
alter table core.cache_leases alter column cache_key type text collate "C";
"""

DOWN = """
alter table core.cache_leases alter column cache_key type text collate "default";
alter table core.cached_data alter column cache_key type text collate "default";
"""

upgrade, downgrade = steps(UP, DOWN)

"""Alembic's entrance: runs the revisions on the connection that guildhall.db.migrate hands it."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=None,
    version_table_schema="public",
    transaction_per_migration=True,
    on_version_apply=given.get("on_version_apply", ()),
)

# The database may hold slices that are off here. Alembic would refuse to work beside revisions that it
# cannot find; it is not told of them, and leaves their rows alone.
migrations = context.get_context()
all_heads = migrations.get_current_heads
migrations.get_current_heads = lambda: tuple(head for head in all_heads() if head in given["known"])  # type: ignore[method-assign]

with context.begin_transaction():
    context.run_migrations()

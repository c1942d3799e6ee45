"""What alembic runs: the connection comes from `usance.runtime.migrations` and nowhere else."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="revision",
    version_table_schema="engine",
    # Each revision is committed by itself: locks are short, and an index on a large table can be
    # built concurrently.
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

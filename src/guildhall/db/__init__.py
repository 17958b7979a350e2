"""PostgreSQL: the embedded cluster, pools, checked queries, migrations, partitions."""

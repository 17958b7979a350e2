"""Monitoring of the database for operators: sizes of tables, use of indexes, slow statements."""

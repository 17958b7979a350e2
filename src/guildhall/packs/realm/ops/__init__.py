"""Slow statements and activity of the database, for operators."""

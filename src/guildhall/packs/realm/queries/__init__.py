"""Statements of the realm pack."""

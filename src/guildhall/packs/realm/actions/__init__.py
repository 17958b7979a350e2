"""Writes of the realm pack."""

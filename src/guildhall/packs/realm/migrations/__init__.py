"""Revisions of the realm pack."""

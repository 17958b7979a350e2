"""Failures of the realm pack."""

"""Revisions of achievements."""

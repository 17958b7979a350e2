"""Revisions of storage."""

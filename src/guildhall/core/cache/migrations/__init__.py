"""Revisions of core/cache."""

"""Revisions of core/identity."""

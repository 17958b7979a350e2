"""Revisions of core/upstream."""

"""Revisions of core/notify."""

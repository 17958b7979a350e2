"""Revisions of core/vault."""

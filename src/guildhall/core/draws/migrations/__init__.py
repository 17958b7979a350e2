"""Revisions of draws."""

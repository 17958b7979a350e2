"""Revisions of the wine pack."""

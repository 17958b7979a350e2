"""Revisions of the poe2 pack."""

"""Revisions of the dota2 pack."""

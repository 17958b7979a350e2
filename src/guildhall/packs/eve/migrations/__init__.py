"""Revisions of the eve pack."""

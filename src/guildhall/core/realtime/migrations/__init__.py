"""Revisions of the realtime feature."""

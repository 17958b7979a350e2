"""Revisions of leaderboards."""

"""Leaderboards of the known players."""

"""Statements of leaderboards."""

"""Figures over a player's stored history: progress, comparison, statistics, streaks."""

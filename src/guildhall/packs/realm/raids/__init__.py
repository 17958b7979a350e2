"""Raids: signups, pulls, loot and statistics."""

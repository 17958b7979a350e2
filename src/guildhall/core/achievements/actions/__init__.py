"""Writes of achievements."""

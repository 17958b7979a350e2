"""Statements of achievements."""

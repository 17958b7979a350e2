"""Statements of insights."""

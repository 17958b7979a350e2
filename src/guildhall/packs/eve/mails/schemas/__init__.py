"""Shapes of mail."""

"""Colonies on planets and their extractors."""

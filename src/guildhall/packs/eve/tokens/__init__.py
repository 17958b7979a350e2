"""Tokens of characters: refreshed ahead of their end by one process at a time, and revoked."""

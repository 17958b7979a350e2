"""Writes of accounts, a verb a function."""

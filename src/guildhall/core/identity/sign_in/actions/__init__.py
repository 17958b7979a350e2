"""Writes of flows and of linked identities."""

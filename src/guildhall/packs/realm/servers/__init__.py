"""Servers: their list, their sessions and their populations."""

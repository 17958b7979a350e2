"""Reads and statements of notifications."""

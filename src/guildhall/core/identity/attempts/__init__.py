"""Limits of attempts: tries that are counted, and the waits that follow."""

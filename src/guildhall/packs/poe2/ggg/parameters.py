"""Scopes of API tokens for a person's own things."""

READ = "poe2:read"
"""The scope of API tokens that read."""
WRITE = "poe2:write"
"""The scope of API tokens that change or remove."""

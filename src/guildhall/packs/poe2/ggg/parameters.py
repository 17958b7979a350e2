"""What routes about a person's own things share."""

READ = "poe2:read"
"""The scope of API tokens that read."""
WRITE = "poe2:write"
"""The scope of API tokens that change or remove."""

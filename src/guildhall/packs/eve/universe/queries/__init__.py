"""Names, types and structures that are stored."""

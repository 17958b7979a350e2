"""Look-ups of names, types and structures."""

"""Routes of insights."""

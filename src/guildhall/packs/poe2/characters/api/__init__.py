"""Routes of characters."""

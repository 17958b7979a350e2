"""Market orders of characters."""

"""Routes of the market."""

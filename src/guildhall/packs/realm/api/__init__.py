"""Routes of the realm pack."""

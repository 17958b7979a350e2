"""Jobs of the realm pack."""

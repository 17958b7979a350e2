"""Facts and orders of the realm pack."""

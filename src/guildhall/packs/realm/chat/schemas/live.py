"""Messages as live readers get them."""

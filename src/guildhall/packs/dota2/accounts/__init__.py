"""Steam account ids, as paths and commands give them."""

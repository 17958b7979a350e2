"""Routes of accounts, by noun."""

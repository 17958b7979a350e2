"""Every statement of accounts, by noun."""

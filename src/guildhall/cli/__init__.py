"""The `guildhall` command: one file a noun."""

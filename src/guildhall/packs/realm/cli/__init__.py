"""`guildhall realm …`, one file a noun."""

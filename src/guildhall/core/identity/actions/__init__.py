"""What changes accounts, one verb a function."""

"""The errors of access."""

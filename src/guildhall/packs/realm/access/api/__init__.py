"""The endpoints of access."""

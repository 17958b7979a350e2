"""The characters of users."""

"""All characters of a user in one answer."""

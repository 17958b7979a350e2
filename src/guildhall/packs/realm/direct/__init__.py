"""Direct messages and blocks."""

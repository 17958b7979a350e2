"""Search: messages found by their words."""

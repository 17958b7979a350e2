"""The sync of a whole player, on request and on schedule."""

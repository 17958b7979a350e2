"""Chat: channels, their members and their messages."""

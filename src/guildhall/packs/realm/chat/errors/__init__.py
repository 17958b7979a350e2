"""The errors of chat."""

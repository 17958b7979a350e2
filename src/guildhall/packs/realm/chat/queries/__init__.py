"""The statements of chat."""

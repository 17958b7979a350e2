"""The statements of moderation."""

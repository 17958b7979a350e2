"""The endpoints of moderation."""

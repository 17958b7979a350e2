"""The actions of moderation."""

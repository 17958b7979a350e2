"""The engine that syncs characters, section by section."""

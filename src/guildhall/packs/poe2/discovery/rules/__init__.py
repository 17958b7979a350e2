"""Rules of discovery."""

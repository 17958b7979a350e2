"""Actions of discovery."""

"""The format of Path of Building codes."""

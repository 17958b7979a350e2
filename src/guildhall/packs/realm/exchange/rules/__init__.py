"""The rules of import and export."""

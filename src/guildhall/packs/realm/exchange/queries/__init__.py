"""The statements of import and export."""

"""Path of Building codes: read, written, compared."""

"""The form of files: their records, and the fields that nothing is made of."""

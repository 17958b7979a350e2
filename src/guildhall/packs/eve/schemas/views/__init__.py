"""What the API shows of a pilot's data."""

"""A pilot's data as the API shows it."""

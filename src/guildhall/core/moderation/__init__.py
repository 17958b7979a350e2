"""Reports of what people wrote, their handling, and the audit of those who have power over others."""

"""Messages, jobs and schedules in PostgreSQL."""

"""Second factors: one-time codes and recovery codes."""

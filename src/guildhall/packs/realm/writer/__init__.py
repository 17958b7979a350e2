"""The writer of messages: one group commit for all senders of a process."""

"""Access: profiles, permissions, ranks, names and the audit log, which every other room builds on."""

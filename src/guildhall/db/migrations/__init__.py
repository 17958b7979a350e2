"""The core schema, roles and partition functions."""

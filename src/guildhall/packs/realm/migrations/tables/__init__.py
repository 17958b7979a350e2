"""The tables and functions of the first revision, by noun: SQL that is never changed once it is released."""

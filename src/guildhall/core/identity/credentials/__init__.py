"""The credentials of an account: proofs, their number, and the hashing of passwords."""

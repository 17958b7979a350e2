"""What a user would write instead of Guildhall, written with care: no straw men."""

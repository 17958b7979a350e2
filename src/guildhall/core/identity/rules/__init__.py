"""What is calculated without asking anybody."""

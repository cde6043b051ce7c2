"""What is read of vital events."""

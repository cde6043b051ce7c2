"""What is written of the staff of a census."""

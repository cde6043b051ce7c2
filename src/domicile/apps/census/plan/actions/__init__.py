"""What is written of a plan."""

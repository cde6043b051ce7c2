"""What is collected at the door with the shipped forms: the lists they choose from, and what a filled one means."""

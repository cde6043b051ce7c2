"""What is done with a campaign and at its doors."""

"""Answers (CE-6): sealed, one that counts for each household and form, and none thrown away."""

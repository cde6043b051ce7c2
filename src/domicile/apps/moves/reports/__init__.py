"""What the two ends of moves agree on and who has to act, by pairs of areas (MO-4, MO-5)."""

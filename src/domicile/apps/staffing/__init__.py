"""Who answers for which grid and building: the responsibility chain, its letters, training and pay (FO-1, FO-5, FO-6)."""

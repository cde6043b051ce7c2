"""Lists from outside, compared with the register: four piles, a queue, and the coverage of both sides (RV-4)."""

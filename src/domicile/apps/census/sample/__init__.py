"""The sample for the long form (CE-5): drawn once, ordered by place, and drawn again by anybody who has frame and seed."""

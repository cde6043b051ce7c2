"""The review of what was proposed: the queue, both sides of a change, the decision, one by one and many at once."""

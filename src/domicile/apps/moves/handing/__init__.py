"""Moves that were declared to a county or township: its operator hands each on to the community that will receive it.

The community is this end's own word. Whoever keeps the move elsewhere hears of it with the arrival, as of any destination.
"""

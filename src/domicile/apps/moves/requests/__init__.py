"""Requests to look outside one's areas (AC-1): one person named, one purpose, particulars out of a dated list.

An area is asked, by its rule or by somebody of it the answer is given, and both ends have it in the log of looks. That
nobody was found, that nothing is told and that nobody answered read alike to the asker. An answer is what was told, never a
way into a card, and nothing watches anybody.
"""

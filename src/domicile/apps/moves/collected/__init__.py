"""Filled forms of people who leave and who arrive, as moves: what phones hand in becomes a declaration, an arrival, a question."""

"""Owners, managers and rentals: who holds a dwelling, and who lets it to whom (PL-5, PL-6)."""

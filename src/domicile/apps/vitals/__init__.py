"""Births, deaths, marriages, divorces, adoptions (VE-1, VE-2)."""

"""Comparisons between registers in processes of their own."""

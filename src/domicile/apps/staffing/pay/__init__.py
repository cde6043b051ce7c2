"""Honoraria (FO-5): so much for each visit or completed task at one rate, paid once, whatever was found (P-5)."""

"""Codes for what people wrote about their work (CE-10): by text and not by person, each text once."""

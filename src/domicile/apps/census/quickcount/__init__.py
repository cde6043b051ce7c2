"""Main figures within hours (CE-8), from sealed answers."""

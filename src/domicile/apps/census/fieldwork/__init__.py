"""Fieldwork (CE-7): how far it is, who is asked again, and what stands out."""

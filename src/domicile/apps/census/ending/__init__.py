"""The end of a census: its resident numbers go when matching is over (CE-6), its forms on their day, by two people, with a
certificate (CE-12)."""

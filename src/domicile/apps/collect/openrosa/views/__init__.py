"""Addresses for phones (`phone`), pages about phones (`phones`) and about what they sent (`submissions`)."""

"""Listing (CE-4): who is to be asked, behind which door, before anybody is asked anything."""

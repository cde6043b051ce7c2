"""The end of a census (CE-12): its forms are destroyed on their day, by two people, with a certificate."""

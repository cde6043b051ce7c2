"""Self-enumeration (CE-6): a household answers at home, on its own phone, with the code on a slip of paper."""

"""Certificates that a mover needs, signed and checked without a line (MO-6); registration of residence (MO-8)."""

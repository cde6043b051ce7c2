"""Screens of accounts and logs."""

"""Campaigns (清理摸底): a dated round of checks of all dwellings of an area, and what it found beside what was on file (MO-7)."""

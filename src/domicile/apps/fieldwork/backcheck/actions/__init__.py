"""Draw a sample, enter what was found, judge differences, propose corrections."""

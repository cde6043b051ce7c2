"""The monthly assessment (FO-5): shares of work done in time, whole, everywhere and right; never numbers of people (P-5)."""

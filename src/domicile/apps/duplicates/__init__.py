"""The same person twice: pairs found, compared, merged by a person and unmerged without loss (RV-3)."""

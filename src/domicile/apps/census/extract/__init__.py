"""From sealed forms to records that are coded, edited and tabulated: without names, numbers and words that name a place."""

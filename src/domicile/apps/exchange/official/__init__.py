"""Out of the register in the official layouts: rows read in slices, in the printed order, that can be imported again."""

"""People who may stand in this register and in another: found together with it, and neither tells whom it holds (RV-3)."""

"""Whether the register is true: rules, clean-up and indicators (RV-5, RV-6, ST-1)."""

"""Indicators of the register (ST-1): what is on file of what there is, how right, how complete and how soon."""

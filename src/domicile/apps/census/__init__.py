"""The census, behind the wall (P-4): a site of its own, which knows no person and no dwelling of the register."""

"""Pages of rentals and of owners and managers."""

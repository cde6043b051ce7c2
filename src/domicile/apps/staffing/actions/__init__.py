"""What is done to the chain, its meetings and its training. Each action checks who acts, and leaves its record of change."""

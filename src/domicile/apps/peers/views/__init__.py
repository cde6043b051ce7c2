"""Pages of the app, and the door for other registers."""

"""The official sheets of moves: rows become declarations and arrivals, by the actions that staff take."""

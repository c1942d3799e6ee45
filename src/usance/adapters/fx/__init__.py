"""Sources of reference rates."""

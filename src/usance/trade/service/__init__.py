"""What trade does: one verb each."""

"""The formula sheets of payments: what is posted, what is charged, at which rate, by which rail."""

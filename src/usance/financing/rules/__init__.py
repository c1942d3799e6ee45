"""The formula sheets of financing: what is posted, who may be financed, at what price, in turn."""

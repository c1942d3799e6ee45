"""Shops and marketplaces, and the files in which they hand over their orders."""

"""Watchlists: sanctions lists as their publishers give them out, read into one shape."""

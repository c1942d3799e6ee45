"""What ground do we stand on?

The engine (the single writer of a book), the database under it, the outbox, the clock, keys
and settings. No business word stands here: a chapter that came later would change nothing in
this folder.
"""

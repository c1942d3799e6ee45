"""Can we prove it?

Every fact of the book, at its position in the outbox, is a leaf of a Merkle log. The leaf is a
salted commitment, so the log shows that a fact was there and not what it said; whoever holds
the fact's salt can open it. The log is kept in tiles, its state is signed as a checkpoint, and
a bundle carries facts with their proofs to anyone who wants to check them offline.

`usance_verify` is the stranger's side and stands alone; hashing and checking are written there,
once, and used from there. This chapter makes what it checks: trees, checkpoints and bundles.
"""

"""What must hold of a log: how it grows, what it promises, how a proof is made. No I/O."""

"""Everything outside: one small file per provider, behind a port of the chapter it serves."""

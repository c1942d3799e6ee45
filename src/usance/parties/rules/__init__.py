"""It is so that: identifiers, access, four eyes, and invented people. Pure."""

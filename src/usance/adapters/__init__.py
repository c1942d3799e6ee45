"""Everything outside, one small file per provider, each behind a chapter's port.

A family (`rails`, `fx`, `marketplaces`, `watchlists`) does not know the others.
"""

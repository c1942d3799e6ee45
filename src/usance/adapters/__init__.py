"""Adapters: everything outside, one small file per provider behind a chapter's port."""

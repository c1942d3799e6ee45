"""Usance: cross-border payments and supply-chain finance on one ledger.

The folders are the chapters of one story, told in this order; a chapter may import those above
it and never those below: kernel, runtime, policy, parties, ledger, trade, payments, financing,
risk, evidence, reporting, adapters, bootstrap, and the mouths api, cli and worker.
"""

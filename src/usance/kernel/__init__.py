"""What words do we speak?

The nouns every chapter shares: money, rates, dates, ids, decisions, refusals, facts and the
draft a command writes on. Pure: nothing here reads a clock, a file, a socket or a database,
and nothing here imports another part of the house.
"""

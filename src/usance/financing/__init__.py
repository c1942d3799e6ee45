"""Who advances it?

Financing: the capture of a payment becomes an offer of finance in the same transaction; under
the seller's mandate it is accepted and drawn from the funder with the most room; the
settlement repays it within its own chain, before the seller is paid the rest. When the sale
shrinks, so does the advance; what cannot be taken back is first claim on the seller's next
settlement.

Others use: `model`, `events`, `ports` (DrawdownGate) and the verbs of `service`; its `Waterfall`
is the `Claim` of payments. What is posted, leg by leg, stands in `rules.postings`.
"""

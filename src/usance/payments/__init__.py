"""How does it move?

Payments: a buyer's payment is judged, priced, quoted, routed and sent to a rail; the rail's
answer books it; the rail's settlement converts it, repays what it owes and pays out the rest.
Refunds, chargebacks and payouts live here too. Nothing is posted on a question: only on an
answer. An unknown answer stays pending until somebody knows.

Others use: `model`, `events`, `ports` (Rail, RateSource, ReleaseGate, Claim) and the verbs of
`service`. What is posted, leg by leg, stands in `rules.postings`.
"""

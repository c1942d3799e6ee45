"""Risk: should we?

Two gates answer before money moves: `gates.Release` (may this payment go out?) and
`gates.Drawdown` (may this advance be drawn?). A gate is given facts and calls nobody: it
screens names against the adopted watchlists, counts the windows, runs a dated list of rules
and stores the decision with every figure it saw, so that `rules.replay.judge_again` can derive
it once more. What is not allowed opens a case; two people close one.

Others may use: the two gates, `service` (stage and adopt a watchlist, assess and close a case),
`events`, `ports.Watchlist`.
"""

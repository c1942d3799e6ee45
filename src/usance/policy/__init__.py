"""What does the law say?

Every limit, rate and threshold is a dated row with a source. A rule (`payments.fee`) has a
scope (`card`, `GB`, a programme; `*` for all others) and rows by the day from which they hold;
the row in force on a day is the last that began on it or before. Nothing is edited: what
changes is a later row, and what was in force on a past day stays in force on that day.

Others may use: `policy.model` (PolicyRow and its typed values), `policy.service.look_up`,
`find_row`, `calendar`, `shipped_rows`, and the verb `adopt_policy`.
"""

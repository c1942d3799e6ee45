"""Who must be told?

Reports read the book and never write it: the trial balance, a seller's statement, a funder's
tape, and the trace of one order from sale to proof. They go by the views that the chapters
publish and by the facts; a figure that stands nowhere else is not a report's to make.

Others use: `service` (`trial_balance`, `seller_statement`, `funder_tape`, `trace`), `model` (what
those return), `rules.rendering` through `service.render` (text, CSV, JSON; English, Chinese), and
`service.postings_page`, from which docs/reference/postings.md is written.
"""

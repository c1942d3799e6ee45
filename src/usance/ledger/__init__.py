"""Who owes whom?

The ledger: accounts, transfers of one debit and one credit, holds, balances. Append-only: what
is wrong is reversed and posted again. Exposure is a balance here, never computed sideways.

Others use: `model` (the chart, `Entry`, `Leg`, `Where`), `service.post` and its neighbours
inside a command, `store` never. Chapters declare what they post as `Entry` tables; the page
docs/reference/postings.md is printed from those.
"""

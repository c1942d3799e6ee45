"""What did we declare?

Customs knows what was declared at a border and what follows from it. As yet that is one thing: tax
refunds. A seller claims one of a tax office for goods that left the country; the office approves,
pays or refuses it, and somebody says so here. No money moves by it: money that comes is a receipt
of payments.

Use `service` for the verbs and for what a stage of a later chapter asks of a refund,
`service.find_refunds` to read, `model` and `events` freely. Every step tells an event, from
`TaxRefundClaimed` to `TaxRefundPaid` or `TaxRefundRefused`.
"""

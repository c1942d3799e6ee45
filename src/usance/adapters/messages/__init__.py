"""Formats in which banks and companies write to each other; no transport.

ISO 20022 (`xml`, `statements`, `orders`, `status`), SWIFT MT940 and MT942 (`mt`) and CSV with a
mapping file (`csv_statements`). `reading.read` takes whatever comes and yields the records of
`payments.model`: a head, then statements entry by entry, orders, reports, and a remark for all
that could not be read.
"""

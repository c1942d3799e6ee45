"""What must be true of the rows of financing beside the ledger, whoever wrote them."""

from usance.runtime.checks import check

# Exposure is a ledger balance, kept by facility and obligor: the advances must come to the same.
check(
    "advances beside the ledger",
    """
    with owed as (
        select facility_id as facility, obligor_id as obligor,
               sum(principal_outstanding) as principal, sum(fee_outstanding) as fee
        from financing.advances group by 1, 2
    ),
    posted as (
        select facility, obligor,
               sum(debits_posted - credits_posted) filter (where kind = 'advance_principal')
                   as principal,
               sum(debits_posted - credits_posted) filter (where kind = 'advance_fee') as fee
        from ledger.v_account_balances
        where kind in ('advance_principal', 'advance_fee') group by 1, 2
    )
    select facility::text || '/' || obligor::text,
           format('the advances owe %s of principal and %s of fees, the ledger has %s and %s',
                  coalesce(owed.principal, 0), coalesce(owed.fee, 0),
                  coalesce(posted.principal, 0), coalesce(posted.fee, 0))
    from owed full join posted using (facility, obligor)
    where coalesce(owed.principal, 0) <> coalesce(posted.principal, 0)
       or coalesce(owed.fee, 0) <> coalesce(posted.fee, 0)
    """,
)
check(
    "accrued fees beside the ledger",
    """
    with earned as (
        select funder_id as owner, principal_currency as currency,
               sum(greatest(accrued - (fee_minor - fee_outstanding), 0)) as minor
        from financing.advances group by 1, 2
    ),
    posted as (
        select owner, currency, sum(credits_posted - debits_posted) as minor
        from ledger.v_account_balances where kind = 'fee_accrued' group by 1, 2
    )
    select owner::text || ' ' || currency,
           format('the advances have %s accrued, the ledger %s',
                  coalesce(earned.minor, 0), coalesce(posted.minor, 0))
    from earned full join posted using (owner, currency)
    where coalesce(earned.minor, 0) <> coalesce(posted.minor, 0)
    """,
)

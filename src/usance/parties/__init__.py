"""Who?

Legal entities and persons, their identifiers and bank accounts, the users who act for them, the
keys those show, and the proposals that wait for a second pair of eyes. What an earlier chapter
must know of a later one's judgement is a row here: the status and the risk grade of a party.

Others may use: `parties.model` (Party, BankAccount, User, ApiKey, Proposal, Role, Caller),
`parties.events`, and of `parties.service` the verbs register_*, set_party_status, grade_party,
issue_key, revoke_key, propose, approve, reject, the look-ups `party_of`, `party_by_reference`,
the entrance (`holders`, `authenticate`), and for demonstrations `cast` and `register_invented`.
"""

"""Who can say whether an account is a payee's."""

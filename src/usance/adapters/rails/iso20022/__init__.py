"""Credit transfers by ISO 20022 messages, from a customer to its bank and from bank to bank."""

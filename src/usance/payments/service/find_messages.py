"""Find messages that were taken in, for the mouths."""

from usance.payments.store import message, messages, messages_of_file, states_by_message

__all__ = ["message", "messages", "messages_of_file", "states_by_message"]

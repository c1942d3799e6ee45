"""What reporting does when asked: one report a file."""

from usance.reporting.rules.postings import postings_page
from usance.reporting.rules.rendering import Report, render
from usance.reporting.rules.states import state_words
from usance.reporting.rules.timeline import trace_json, trace_text
from usance.reporting.service.custody import custody
from usance.reporting.service.statement import seller_statement
from usance.reporting.service.tape import funder_tape
from usance.reporting.service.trace import event_of, trace
from usance.reporting.service.trial_balance import trial_balance

__all__ = [
    "Report",
    "custody",
    "event_of",
    "funder_tape",
    "postings_page",
    "render",
    "seller_statement",
    "state_words",
    "trace",
    "trace_json",
    "trace_text",
    "trial_balance",
]

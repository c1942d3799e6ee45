"""The worker: it carries what the book has decided out to the world, and the world's word back.

It sends instructions, fetches rails' notices, lets subscribers react, publishes the day's rates
and extends the evidence log. It owns no decision: everything it learns goes to the engine as a
command whose id follows from what it reports.
"""

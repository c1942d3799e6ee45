"""How does a program talk to the book?

HTTP and JSON under `/v1`, one file for each chapter, described by `openapi.json` at the root of
the repository. Routes hold no rules: they read what is asked, ask the engine, and show what came
of it. The pieces that all of them share are named by what they are: `problems` (saying no),
`access` (who may see what), `idempotency` (once, however often asked), `pages`, `shapes`.

Others use: `create_app` (serves an open book), `document` (what `openapi.json` holds).
"""

from usance.api.application import create_app, document

__all__ = ["create_app", "document"]

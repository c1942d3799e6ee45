"""For what?

Trade knows what was sold and what came back: an order is one invoice of a seller's to one
buyer, a goods return is what one cancellation takes back of one order. Orders and their lines
are written once and never changed; a correction is a cancellation and a new invoice.

Use `service.import_orders` to take a shop's file in, `store` through the services, and
`model` and `events` freely. A shop's file comes through `ports.OrderFile`, buyers become parties
through `ports.Buyers`. Every new order tells `OrderPlaced`, every return `GoodsReturned`.
"""

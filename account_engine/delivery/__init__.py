"""Delivery: carrying effects out of an account, into the world.

An edge. What may go and what came of it is the account's business
(`account_engine.outgoing.dispatch`); here are the couriers that carry, one module each, the round
that they are sent on, and what their owner sets.
"""

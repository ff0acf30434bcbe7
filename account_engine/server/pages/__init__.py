"""The owner's pages: campaigns as pictures, contacts' timelines, the outbox, installations.

They are read, not written: what changes an account is a verb of `cpt`, or an operation of the API.
"""

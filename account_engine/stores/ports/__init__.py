"""The parts of a store's port, each with the verbs for one thing; `stores.port` is all of them."""

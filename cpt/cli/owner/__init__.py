"""The verbs of ``cpt owner``, a module each."""

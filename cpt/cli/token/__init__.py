"""The verbs of ``cpt token``, a module each."""

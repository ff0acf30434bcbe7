"""The verbs of ``cpt workflow``, a module each."""

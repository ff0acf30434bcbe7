"""The verbs of ``cpt account key``: one thin module each."""

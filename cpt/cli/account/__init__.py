"""The verbs of ``cpt account``: one thin module each."""

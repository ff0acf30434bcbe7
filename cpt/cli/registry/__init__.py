"""The verbs under ``cpt registry`` that need no server; a module each."""

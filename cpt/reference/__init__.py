"""The reference: pages made of the tables, so that nothing can be there and not be documented.

``python -m cpt.reference`` writes ``docs/reference/``, and the gallery of the examples with its
pictures; the suite fails when what stands there is not what the tables and the examples say.

Words that explain a row stand in the row's own docstring or explanation.
"""

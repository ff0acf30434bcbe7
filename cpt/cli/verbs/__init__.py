"""The verbs of the command line: one thin module each, named like the verb.

A verb reads its arguments, asks the rooms below for a value and hands it to a view. What it needs
from them it imports when it runs.
"""

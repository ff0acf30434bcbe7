"""The first story, told with real commands: ``python -m cpt.demo``."""

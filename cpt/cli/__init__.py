"""The command line: one thin file a verb, and the views that write for people and programs."""

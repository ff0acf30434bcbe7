"""The campaign language: its model, and the graph that it means."""

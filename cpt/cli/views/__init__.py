"""Views: how values are shown, to people and as JSON; the only place where they become text."""

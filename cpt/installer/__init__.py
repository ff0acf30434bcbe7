"""Installing, upgrading and rolling back: from what is wanted and what is there to a plan."""

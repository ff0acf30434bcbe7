"""What campaigns of one account do to each other: who sets off whom, who answers to one call."""

"""Plans carried out: at once where an account has transactions, step by step where it has not."""

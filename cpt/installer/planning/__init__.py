"""What becomes of everything that is wanted, compared with what is there: the plan is made here."""

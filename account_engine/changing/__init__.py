"""How an account's resources change, by change sets or its owner's hand: whole or not at all."""

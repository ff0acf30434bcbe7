"""What the words of the campaign language mean for one contact: a row for each of them."""

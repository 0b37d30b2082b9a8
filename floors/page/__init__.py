"""What a page, a picture and a word for a reader are made of, before anyone draws them."""

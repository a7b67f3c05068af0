"""Files that may change while they are open, and the arrays in them."""

"""Files that may change while they are open, the arrays in them, and their formats."""

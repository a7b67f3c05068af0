"""Events from text, JSON and columns: what is x, y, weight, group and time, and what is said."""

"""Maps side by side: the same points at other places, with one cursor and one selection."""

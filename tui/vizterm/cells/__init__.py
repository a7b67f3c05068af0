"""Arrays and text as terminal cells."""

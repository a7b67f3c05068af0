"""What the terminal can show, and pictures on it."""

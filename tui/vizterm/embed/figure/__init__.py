"""An embedding as a figure for a paper: its layout, its parts, and the file."""

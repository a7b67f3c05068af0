"""Taking away what is selected: columns, pictures, figures, the clipboard."""

"""What a heatmap is made of: events or a grid, from files, tables, arrays and objects."""

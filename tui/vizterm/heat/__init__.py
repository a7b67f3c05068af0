"""`vizterm heat`: events and grids as a blurred heatmap."""

"""The panel beside the plot: the picture of the point, its facts, the legend."""

"""`vizterm embed`: the labelled scatter."""

"""Pictures on the terminal: protocols, encoders, and the layer that draws them."""

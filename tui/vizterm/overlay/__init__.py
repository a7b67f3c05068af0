"""`vizterm overlay`: a feature map over its image."""

"""Pictures: arrays and image files as uint8 RGB, resized and fitted."""

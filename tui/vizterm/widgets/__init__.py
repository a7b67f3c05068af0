"""Widgets draw; what they show is decided by the screen."""

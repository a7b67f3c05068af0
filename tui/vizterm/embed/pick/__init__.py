"""Choosing points for the next command of a pipe."""

"""Screens own state and workers."""

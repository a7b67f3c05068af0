"""Shared by heat and overlay: camera, colours, blend, colour bar."""

"""The same points at several times: the axis, the maps made ahead, the ways of points."""

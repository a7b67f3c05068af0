"""The pictures of the README: the real program in real terminals on a virtual screen."""

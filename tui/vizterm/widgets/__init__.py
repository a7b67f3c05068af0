"""Widgets of any screen: they draw what the screen gives them."""

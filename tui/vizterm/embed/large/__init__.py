"""A point as large as the screen: its picture or its maps, its facts, and the way to the next."""

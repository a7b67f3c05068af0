"""What heat and overlay share: the view of a map, its look, its colour bar."""

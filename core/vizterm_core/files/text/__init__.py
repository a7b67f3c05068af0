"""Tables of text: what a file holds, how it is laid out, what its cells mean."""

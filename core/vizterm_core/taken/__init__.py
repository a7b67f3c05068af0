"""What is taken away of an embedding: columns of some of its points, in files that others read."""

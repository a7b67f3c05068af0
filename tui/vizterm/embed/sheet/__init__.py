"""Contact sheet: the pictures of many points in a grid."""

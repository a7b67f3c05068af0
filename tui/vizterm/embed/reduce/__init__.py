"""Maps made of vectors while one looks: asked for, waited for, shown and kept."""

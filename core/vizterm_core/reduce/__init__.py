"""Maps made of vectors: PCA, and UMAP by whichever library is there, in a process of its own."""

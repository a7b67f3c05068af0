"""Figures for papers: a page of texts, boxes, discs and pixels, and the files it is written to."""

"""`make bench`: speed, memory and bytes, as ratios measured in one run."""

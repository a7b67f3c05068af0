"""Maps of values: counts of events, their blur, feature maps and how they are blended."""

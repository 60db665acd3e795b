"""The page on regions: the gallery, one region in detail, and taking in more."""

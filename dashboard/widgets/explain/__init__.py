"""The page on explanations: of a pixel, of a class, of a region."""

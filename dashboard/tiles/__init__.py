"""Map tiles, drawn from rasters when a browser asks for them."""

"""Parts of the page that asks how sure a map is, and whether that can be trusted."""

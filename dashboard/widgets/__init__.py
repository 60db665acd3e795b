"""Parts of pages: each shows something and, where people may choose, changes the state."""

"""The page learning."""

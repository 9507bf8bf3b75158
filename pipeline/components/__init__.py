"""spaCy factories, one file each; `extensions` alone registers attributes."""

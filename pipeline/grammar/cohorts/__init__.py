"""Groups of subjects: counts, what speaks for them, and what a group is in its study."""

"""The training recipe: from public corpora to the shipped weights, step by step."""

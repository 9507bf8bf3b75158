"""Precision, recall and F1 against gold; gold is marked-up text, read strictly."""

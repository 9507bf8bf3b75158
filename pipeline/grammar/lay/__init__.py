"""Harms in everyday words."""

"""Conditions: words that tell a harm from a disease, and findings told by a figure."""

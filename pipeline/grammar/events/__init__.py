"""Statements on adverse events: denials, grades, figures, and which event they belong to."""

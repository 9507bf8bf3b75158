"""Cues of assertion and their scope: denied, feared, refuted."""

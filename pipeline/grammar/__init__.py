"""What words say: readers of running text, which know nothing of spaCy's pipeline or of its attributes.

Numbers and grades, clauses and lists, the cues of assertion, groups of subjects, statements on adverse
events, phrases that name therapies. Each takes text (and extents in it) and gives plain values; the
components put them on Docs.
"""

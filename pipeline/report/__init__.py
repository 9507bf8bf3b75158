"""A snapshot told to a person: one HTML page with figures, evidence and every document, and no network."""

from pipeline.report.report import Report, write_report

__all__ = ["Report", "write_report"]

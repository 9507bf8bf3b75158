"""Cartographer: news and papers about CAR-T cell therapy in, normalised Parquet tables out."""

__version__ = "0.1.0"

"""The flows: the only room that knows the order of the stages, and Prefect. One module a flow."""

from pipeline.flows.build import build_tables
from pipeline.flows.maintain import maintain

__all__ = ["build_tables", "maintain"]

"""Frames that are made of several tables, and SQL over all of them: what everybody would join again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.analysis.columns import ReadyColumn, ready_table
from pipeline.analysis.frames import Frames, arrow_frame
from pipeline.errors import TableError, UsageError
from pipeline.tables import TABLES
from pipeline.vocabulary import SETTINGS

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.analysis.rates import Group, Period
    from pipeline.analysis.sql import Sql
    from pipeline.analysis.studies import Studies

#: Frames that are made of several tables.
READY_FRAMES: Final = ("evidence_table", "event_figures", "adverse_event_rates", "timeline")


class ReadyFrames(Frames):
    """Tables, and what is made of them; each is computed when it is first asked for."""

    def describe(self, name: str) -> pd.DataFrame:
        """The columns of a table or ready frame, in words.

        Args:
            name: name of a table, such as `"cohorts"`, or of a ready frame, such as `"evidence_table"`.

        Returns:
            One row per column: `column`, `type`, `unit`, `description`, `values` (the closed word list) and
            `refers_to` (`table.column` that a value is found in).

        Raises:
            TableError: there is neither a table nor a ready frame of that name.

        Example:
            >>> snapshot.describe("cohorts").set_index("column").loc["n", "unit"]
            'subjects'
        """
        from pipeline.analysis.describing import described_frame, described_table  # noqa: PLC0415 - as needed

        if name in TABLES:
            return described_table(name)
        if name not in READY_FRAMES:
            known = ", ".join((*TABLES, *READY_FRAMES))
            raise TableError(f"there is no table or ready frame {name!r}; there are {known}")
        return described_frame(_ready_columns(name))

    def sql(self, query: str) -> pd.DataFrame:
        """The answer to a query in DuckDB's SQL, with Arrow types.

        Tables and ready frames are views under their names; `adverse_event_rates` is told by antigen, and
        `timeline` by year. Nothing is written: the connection is in memory.

        Args:
            query: a SELECT.

        Raises:
            UsageError: the query can't be run; the message is DuckDB's.

        Example:
            >>> snapshot.sql("select role, sum(n) as n from cohorts group by role order by n desc").n.tolist()
            [76, 12]
        """
        return self._sql.frame(query)

    def evidence_table(
        self, *, setting: str | None = None, repeats: bool = False, planned: bool = False
    ) -> pd.DataFrame:
        """One row per study: product, targets, diseases, phase, size, CRS and ICANS, source.

        Which statements make a figure is told in `docs/analysis.md`. `describe("evidence_table")` lists the
        columns; the ids in columns such as `crs_ids` lead to the sentences.

        Args:
            setting: `human`, `animal`, `in_vitro` or `unknown`; None for all, told apart by the column.
            repeats: also rows that tell a study again (`repeats` names the row that counts).
            planned: also studies of which neither subjects nor events are reported.

        Raises:
            UsageError: there is no such setting.

        Example:
            >>> snapshot.evidence_table()[["product", "n", "crs_affected", "crs_at_risk"]].values.tolist()
            [['CD19 CAR T cells', 38, 12, 38]]
        """
        kept = self._evidence_arrow
        _check_setting(setting)
        if setting is not None:
            kept = kept.filter(pc.equal(kept["setting"], setting))
        if not repeats:
            kept = kept.filter(pc.is_null(kept["repeats"]))
        if not planned:
            kept = kept.filter(pc.invert(kept["is_planned"]))
        return arrow_frame(kept)

    def event_figures(self, *, repeats: bool = False) -> pd.DataFrame:
        """One row per study, adverse event and scope of grades: affected, at risk, percent, and from where.

        Args:
            repeats: also figures of rows that tell a study again.

        Example:
            >>> figures = snapshot.event_figures()
            >>> figures.query("term == 'cytokine release syndrome'").percent.round(1).tolist()
            [31.6]
        """
        kept = self._figures_arrow
        return arrow_frame(kept if repeats else kept.filter(pc.is_null(kept["repeats"])))

    def adverse_event_rates(
        self,
        by: Sequence[Group] = ("antigen",),
        *,
        terms: Collection[str] | None = ("CRS", "ICANS"),
        setting: str | None = "human",
        each: bool = False,
    ) -> pd.DataFrame:
        """Rates pooled over studies: affected and at risk added up, percent with its 95% Wilson interval.

        Each study counts once; only figures with both a count and a denominator count. Pooling adds up
        studies that differ in product, dose and grading, so a rate is a summary and no estimate of a trial.

        Args:
            by: any of `antigen`, `disease`, `therapy`, `phase`, `setting`.
            terms: names or CURIEs of events (CRS and ICANS for short), or one of them; None for all.
            setting: setting of the studies; None for all.
            each: a study of several antigens or diseases counts for each of them, instead of for the
                combination. Then rows must not be added up.

        Raises:
            UsageError: a group or the setting is not known.

        Example:
            >>> rates = snapshot.adverse_event_rates(["antigen"])
            >>> rates[["grades", "affected", "at_risk"]].values.tolist()
            [['any', 12, 38], ['any', 0, 38], ['>=3', 0, 38]]
        """
        from pipeline.analysis.rates import rate_columns, rate_rows  # noqa: PLC0415 - as needed

        _check_setting(setting)
        groups = [by] if isinstance(by, str) else list(by)
        rows = rate_rows(self._studies, groups, terms, setting, each)
        return arrow_frame(ready_table(rate_columns(groups), rows))

    def timeline(self, period: Period = "year") -> pd.DataFrame:
        """Studies by period of publication and setting; studies without a date are left out.

        Args:
            period: `year`, `quarter` or `month`.

        Raises:
            UsageError: the period is not known.

        Example:
            >>> snapshot.timeline()[["setting", "n_studies", "n_subjects"]].values.tolist()
            [['human', 1, 38]]
        """
        return arrow_frame(self._timeline(period))

    @cached_property
    def _studies(self) -> Studies:
        from pipeline.analysis.studies import Studies  # noqa: PLC0415 - as needed

        return Studies(self.stored)

    @cached_property
    def _evidence_arrow(self) -> pa.Table:
        from pipeline.analysis.studies import EVIDENCE_COLUMNS, evidence_rows  # noqa: PLC0415 - as needed

        return ready_table(EVIDENCE_COLUMNS, evidence_rows(self._studies))

    @cached_property
    def _figures_arrow(self) -> pa.Table:
        from pipeline.analysis.studies import FIGURE_COLUMNS, figure_rows  # noqa: PLC0415 - as needed

        return ready_table(FIGURE_COLUMNS, figure_rows(self._studies))

    def _timeline(self, period: str) -> pa.Table:
        from pipeline.analysis.rates import TIMELINE_COLUMNS, timeline_rows  # noqa: PLC0415 - as needed

        return ready_table(TIMELINE_COLUMNS, timeline_rows(self._studies, period))

    @cached_property
    def _sql(self) -> Sql:
        from pipeline.analysis.sql import Sql  # noqa: PLC0415 - as needed

        frames: dict[str, Callable[[], pd.DataFrame]] = {
            "evidence_table": self.evidence_table,
            "event_figures": self.event_figures,
            "adverse_event_rates": self.adverse_event_rates,
            "timeline": self.timeline,
        }
        return Sql(self.stored, frames)


def _check_setting(setting: str | None) -> None:
    if setting is not None and setting not in SETTINGS:
        raise UsageError(f"there is no setting {setting!r}: use {', '.join(SETTINGS)}, or None for all")


def _ready_columns(name: str) -> Sequence[ReadyColumn]:
    from pipeline.analysis import rates, studies  # noqa: PLC0415 - as needed

    return {
        "evidence_table": studies.EVIDENCE_COLUMNS,
        "event_figures": studies.FIGURE_COLUMNS,
        "adverse_event_rates": rates.rate_columns(("antigen",)),
        "timeline": rates.TIMELINE_COLUMNS,
    }[name]

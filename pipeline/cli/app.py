"""The application: what all commands share, and how a problem ends the process."""

from __future__ import annotations

import errno
import os
import sys
import traceback
import warnings
from typing import Annotated, Final, NoReturn

import typer

from pipeline import __version__
from pipeline.errors import CartographerError

#: Set to anything to see tracebacks.
DEBUG_VARIABLE: Final = "CARTOGRAPHER_DEBUG"
# sysexits.h: an internal software error; a shell's number for an interrupt.
BUG_EXIT_CODE: Final = 70
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_HELP: Final = """Map the CAR-T literature: news and papers in, Parquet tables out.

Every cell of the tables can be traced to the characters that it was read from.
"""

app = typer.Typer(
    name="cartographer",
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cartographer {__version__}")
        raise typer.Exit


def _set_debug(wanted: bool) -> None:
    if wanted:
        os.environ[DEBUG_VARIABLE] = "1"


#: The option that every command has.
Debug = Annotated[
    bool, typer.Option("--debug", callback=_set_debug, help="Show a traceback where something breaks.")
]


@app.callback()
def _cartographer(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. A problem is one line; a traceback is shown only where it is asked for."""
    if not os.environ.get(DEBUG_VARIABLE):
        warnings.simplefilter("ignore")
        # For the worker processes, which import the libraries that warn before any of our code runs.
        os.environ["PYTHONWARNINGS"] = "ignore"
    try:
        app()
    except CartographerError as error:
        _complain(str(error), error.exit_code)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _complain(f"{error.strerror}: make room, and run the command again.", CartographerError.exit_code)
        _complain(
            f"This is a bug in Cartographer: {type(error).__name__}: {error}\n"
            "Run the command again with --debug and report what it shows.",
            BUG_EXIT_CODE,
        )


def _complain(message: str, exit_code: int) -> NoReturn:
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exc()
    print(f"cartographer: {message}", file=sys.stderr)
    sys.exit(exit_code)

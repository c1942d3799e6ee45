"""The command line: `usance`. Each command parses, calls one service and renders."""

import os

from usance.cli.app import app
from usance.runtime.telemetry import speak


def main() -> None:
    """Run the command that the command line names."""
    speak(os.environ)
    app()

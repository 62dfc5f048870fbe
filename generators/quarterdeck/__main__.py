"""Lets `python -m quarterdeck` stand for the command."""

import sys

from quarterdeck.cli import main

sys.exit(main())

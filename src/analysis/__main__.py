"""`python -m analysis` is the command line."""

import sys

from analysis.cli.main import main

sys.exit(main())

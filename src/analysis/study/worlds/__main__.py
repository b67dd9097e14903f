"""``python -m analysis.study.worlds FOLDER`` writes the demo dataset."""

import sys

from analysis.study.worlds.drawing import main

if __name__ == "__main__":
    main(*sys.argv[1:])

"""The media type of recorded rows in a notebook's output."""

RESULTS_MIME = "application/vnd.micromacro.results+json"

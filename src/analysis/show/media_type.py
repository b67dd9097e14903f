"""The media type under which a notebook's output carries recorded rows to the site."""

RESULTS_MIME = "application/vnd.micromacro.results+json"

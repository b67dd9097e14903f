"""Behind the verdicts of a view, platform by platform; one without an answer says why."""

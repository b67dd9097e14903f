"""The creator panel -> answers: estimates, intervals and verdicts, one family at a time."""

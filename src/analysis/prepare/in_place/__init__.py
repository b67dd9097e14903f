"""Tables that stay where they are: judged there, counted there, and what must be decided here."""

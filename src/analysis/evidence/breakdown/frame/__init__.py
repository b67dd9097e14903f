"""Who could be in a number at all: how creators were found, who was booked, what was paid."""

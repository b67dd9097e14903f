"""The model of bookings: what they bring, what an arm returns, what a list would bring."""

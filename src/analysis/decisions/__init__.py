"""Answers and prices -> money, creators to book again, split, forecast, the deciding test."""

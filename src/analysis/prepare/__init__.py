"""A raw folder -> a prepared dataset: load, judge, merge, join, write."""

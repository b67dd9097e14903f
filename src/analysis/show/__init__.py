"""Answers -> what people see: figures, tables, sentences and the HTML they stand in."""

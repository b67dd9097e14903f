"""Answers -> what people see: figures, tables, sentences, HTML."""

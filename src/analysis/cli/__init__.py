"""The command line, micromacro."""

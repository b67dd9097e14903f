"""Export files -> typed contract rows, one YAML per format."""

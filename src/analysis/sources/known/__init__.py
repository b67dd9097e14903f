"""The formats that come with the project, one YAML file each."""

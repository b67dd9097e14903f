"""Tables that stay where they are: what dataset.yml says of them, and how they are asked."""

"""What is decided by lot: booking lists, weeks of markets, and what they brought."""

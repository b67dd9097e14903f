"""What is declared before any data are read: the study, follower ranges, the contract, errors."""

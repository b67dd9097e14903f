"""Posts of large files: staged on disk by account, settled bucket by bucket in constant memory."""

"""What tells of a creator and their followers: comments, mentions and audiences."""

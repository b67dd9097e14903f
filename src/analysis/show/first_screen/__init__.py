"""Parts of the first screen: the answer, its strip of ranges, box, doubts and totals."""

"""What stands beside the pages: summaries to mail, a workbook."""

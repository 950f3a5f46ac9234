"""What is handed in: a report of results as a page, a document and a workbook, of one content."""

"""How a configuration comes into being: from a template or a workbook, into a folder of its own."""

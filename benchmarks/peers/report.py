"""(later)"""
def build_table(figures): return ""
def build_page(figures): return ""

"""What is known of a config before its run, so that an error of size strikes the eye."""

from hydrosim.sanity.page import SanityPage, page_of, sanity_page
from hydrosim.sanity.table import Row, Table

__all__ = ["Row", "SanityPage", "Table", "page_of", "sanity_page"]

"""The manual: builds the pages of docs/, among them those written from schemas."""

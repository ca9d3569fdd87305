"""Parts of pages, each by itself."""

"""What the pages and the browser promise."""

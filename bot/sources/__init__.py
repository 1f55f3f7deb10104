"""Where articles come from: folders, feeds and pages."""

"""The site as a learner sees it, in Debian's Chromium."""

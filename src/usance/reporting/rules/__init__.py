"""The forms of reports: sums, words, pages and how they are printed."""

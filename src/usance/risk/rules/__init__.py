"""The rules of risk: names, screening, windows, and the dated lists of what may not pass."""

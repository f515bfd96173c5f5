"""Text to tree and back: dialects read into one tree, printers write it out."""

"""Rails: what moves money, and a simulator that behaves as badly as they do."""

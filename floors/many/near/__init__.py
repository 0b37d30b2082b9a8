"""Plans that cost nearly as little as the least, and contrast."""

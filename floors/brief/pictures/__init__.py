"""The pictures of a result, a file each: what is shown, and the finding that is its title."""

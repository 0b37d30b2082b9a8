"""The commands, one a file. Thin: read the words, call the library, print; heavy imports inside the functions."""

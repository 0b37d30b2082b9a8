"""A study at many factors: one input after the other, or all of them at random."""

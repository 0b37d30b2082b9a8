"""One study at many factors on its numbers: tornado, sample."""

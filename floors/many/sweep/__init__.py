"""What a study costs at each cap, and where that bends."""

"""What takes the model and the solver: only under --exact, and nothing else here imports it."""

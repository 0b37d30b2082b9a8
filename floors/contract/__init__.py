"""What the workbooks hold, said once: inputs, columns, results, fingerprints."""

"""From an outcome to the tables of the contract, one subject a file; rows are tuples in column order."""

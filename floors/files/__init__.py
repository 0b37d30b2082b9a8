"""Safe bytes in and out: the gate, files beside and in place of others, workbooks in the making."""

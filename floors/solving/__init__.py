"""One study solved: the plan, its prices, who pays, and the certificate."""

"""The supply engine: from the lowered network to arrays, through the kernel, to a Dataset."""

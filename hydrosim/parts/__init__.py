"""What several node types are made of: storage curve, flood limit, operation, routing, tariffs."""

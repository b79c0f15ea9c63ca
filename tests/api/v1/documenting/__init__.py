"""Recording the examples of the OpenAPI document from an application on a fixed library."""

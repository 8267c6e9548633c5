"""How it is shown and typed. The only package that knows Qt."""

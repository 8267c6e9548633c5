"""回访关爱: follow-up visits to persons under sanction, on one office PC."""

__version__ = "0.1.0"

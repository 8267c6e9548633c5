"""What a page is: a grid from a file, Chinese line breaking, placed lines and rules; pure Python.

Lengths are points (1/72 inch); the origin of a page is its upper left corner, y grows downwards.
"""

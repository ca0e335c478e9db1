"""The facts behind every figure: how they are kept, read, drawn, and taken apart into people.

refresh keeps them in line with the rows, figures reads what a page shows, people lists who is behind a number.
"""

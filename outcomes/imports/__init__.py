"""Files of spreadsheets on their way in: read, mapped, tried out, written by the actions that pages use, let go of."""

"""The nearest vectors to one of them, exactly, wherever they lie; knows no plane and no labels."""

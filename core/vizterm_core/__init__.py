"""What vizterm computes: numpy in, numpy out, no terminal.  Import the rooms you need."""

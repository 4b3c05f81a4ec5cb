"""What stands before the pages: sockets, time-outs, lengths of bodies, and how much a stranger may ask for."""

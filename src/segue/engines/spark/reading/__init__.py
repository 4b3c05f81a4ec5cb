"""Reading tables of the cluster into a snapshot: what is plain stays there, what is not is read value by value here."""

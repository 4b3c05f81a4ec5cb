"""What `segue up` does: make the installation ready, start the web and the worker process, keep them alive, end them."""

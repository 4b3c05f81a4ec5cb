"""The demonstration: a shop, its customers and two weeks of exports to the sandbox, told on the terminal."""

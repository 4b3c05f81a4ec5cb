"""Which database an installation works with, and who said which installation is the real one."""

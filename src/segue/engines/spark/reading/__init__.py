"""Reading tables of the cluster into a snapshot: what is plain stays there, what is not is read value by value here.

Every module of it speaks with the client, which is loaded first. Raises, when imported: as `sessions.load_client`.
"""

from segue.engines.spark.sessions import load_client

load_client()

"""What Segue stores about people, connections, exports and refreshes, and who may do what. No pages, no HTTP, no engine.

Each app has models (what is stored), queries (reads), operations (writes: keyword-only, they take the actor and the
time) and policy (who may). Imports go down only: notices → refreshes → exports → connections | segments → sources →
people → audit.
"""

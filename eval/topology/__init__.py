"""The whole set as plain processes on one machine, a crowd that asks it, and kills.

servers, programs    PostgreSQL, Chroma, workers, replicas, application: started, killed, stopped
papers               documents whose every sentence tells its document and version, and when
looking              what the ledger holds, looked at again and again: what was acknowledged
lives                documents come in, change and go
people               who asks, and what they got
judging              whether every cited sentence was allowed at the time it was asked for
trials               a process is killed and comes back
layout, command      all of it together
"""

"""Learning a score from closed leads: a table in, a model's document and a report out.

No database, no Flask. Only a job or a command learns; `leadapp.training.table` alone is light
enough for a web process, everything else here imports numpy.
"""

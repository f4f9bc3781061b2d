"""``python -m eval.speed FOLDER``: see ``eval.speed.run``."""

from eval.speed.run import command

command()

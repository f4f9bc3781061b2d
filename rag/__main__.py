"""The command ``rag``."""

from rag.stopping import until_stopped


def main() -> None:
    """Run the command line; a stop is one sentence and exit status 1, whenever it comes."""
    until_stopped(_run, "rag: stopped; what was acknowledged is kept.")


def _run() -> None:
    from rag.cli import main as run

    run()


if __name__ == "__main__":
    main()

"""A data folder's documents and conversations are taken over to the server, as they are.

Nothing is embedded again: sentences, vectors and what they were made with are copied. The vector
index is derived, so it is built beside the server by whoever opens it next.
"""

from rag.config import Config
from rag.conversations.tables import conversation_table, turn_table
from rag.errors import ConfigError
from rag.ledger.transfer import transfer
from rag.ownership import take_ownership


def take_over(config: Config) -> str:
    """Copy the ledger in ``config.data`` to ``config.ledger_url``; return what was done, in a line.

    Raises ConfigError where no server is named, OwnedError while another process has the folder,
    and LedgerError when anything is in the way; then nothing has changed anywhere.
    """
    if not config.ledger_url:
        raise ConfigError(
            "RAG_LEDGER_URL names no PostgreSQL database to take the documents over to; set it, "
            "such as to postgresql+psycopg://USER:PASSWORD@HOST/DATABASE."
        )
    owner = take_ownership(config.data)
    try:
        done = transfer(config.data, config.ledger_url, (conversation_table, turn_table))
    finally:
        owner.release()
    documents, conversations = done.documents, done.others[0]
    return (
        f"{documents} document{'s' * (documents != 1)} and "
        f"{conversations} conversation{'s' * (conversations != 1)} taken over"
    )

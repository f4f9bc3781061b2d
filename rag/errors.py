"""Everything that can go wrong and that a person can mend.

FootnoteError
├── ConfigError            a setting that cannot be used
│   └── CollectionError    a collection that is not there, or cannot be made
├── DocumentError          a file or folder that cannot be read
│   └── TakenError         a file of that name is there already
├── EmbeddingError         sentences could not be turned into vectors
│   └── WeightsError       the built-in model is missing or not the pinned one
├── LedgerError            the data folder cannot be used
│   ├── LedgerAway         the server that keeps it does not answer
│   ├── OwnedError         another process holds it
│   └── FingerprintError   it was built with another embedding model or other settings
├── StoreError             the vector index cannot be used
│   └── StoreAway          the server that keeps it does not answer
├── PromptError            a prompt file does not fit its variables
├── QuestionError          nothing to search for
├── SavedError             a saved answer that cannot be written or read
├── FeedbackError          an opinion that cannot be kept or read
├── ConversationError      a conversation that cannot be kept or read
└── ModelError             the language model server did not answer properly
    ├── ModelUnreachable   no connection, or no reply in time
    ├── ModelDenied        the key was refused
    ├── ModelUnknown       the server does not have the model
    ├── ModelBusy          rate limited, or out of quota
    └── ModelCut           the reply stopped in the middle

Every message is one sentence or two: what happened, and what to do next. Vendor errors are
translated where the vendor is called; nothing above that place knows the vendor's names.
"""


class FootnoteError(Exception):
    """The root: its text can be shown to a person as it is."""


class ConfigError(FootnoteError):
    """A setting that cannot be used."""


class CollectionError(ConfigError):
    """A collection that is not there, or cannot be made or removed."""


class DocumentError(FootnoteError):
    """A file or folder that cannot be read."""


class TakenError(DocumentError):
    """A file of that name is there already, with other content."""


class EmbeddingError(FootnoteError):
    """Sentences could not be turned into vectors."""


class WeightsError(EmbeddingError):
    """The built-in model is missing or is not the pinned one."""


class LedgerError(FootnoteError):
    """The data folder cannot be used."""


class LedgerAway(LedgerError):
    """The server that keeps the ledger does not answer."""


class OwnedError(LedgerError):
    """Another process holds the data folder."""


class FingerprintError(LedgerError):
    """The data folder was built with another embedding model or other settings."""


class StoreError(FootnoteError):
    """The vector index cannot be used."""


class StoreAway(StoreError):
    """The server that keeps the vector index does not answer."""


class PromptError(FootnoteError):
    """A prompt file does not fit its variables."""


class QuestionError(FootnoteError):
    """There is nothing to search for in the question."""


class SavedError(FootnoteError):
    """A saved answer cannot be written, or a file that is to be one is none."""


class FeedbackError(FootnoteError):
    """What a reader thinks of an answer cannot be kept, or what was kept cannot be read."""


class ConversationError(FootnoteError):
    """A conversation cannot be kept, or what was kept cannot be read."""


class ModelError(FootnoteError):
    """The language model server did not answer properly."""


class ModelUnreachable(ModelError):
    """No connection, or no reply in time."""


class ModelDenied(ModelError):
    """The key was refused."""


class ModelUnknown(ModelError):
    """The server does not have the model."""


class ModelBusy(ModelError):
    """Rate limited, or out of quota."""


class ModelCut(ModelError):
    """The reply stopped in the middle."""

"""Whether the configured model server answers and has the model: a glance, soon over."""

from dataclasses import dataclass

from rag.config import DEFAULT_MODEL, Config
from rag.errors import ModelUnknown
from rag.model import choose_model
from rag.model.refusals import Call, unknown


@dataclass(frozen=True, slots=True)
class Reached:
    """A server that answered: its address without credentials, the model, and all it lists."""

    server: str
    model: str
    models: tuple[str, ...]


def server_of(config: Config) -> str:
    """The address of the configured server, without user name, password or query."""
    from rag.model.connection import PUBLIC_SERVER

    return Call(config.base_url or PUBLIC_SERVER, "").server


def reach(config: Config) -> Reached:
    """Ask the server what it has; takes seven seconds at most and asks nothing of the model.

    A server that lists nothing is believed. Raises a ModelError that says what to do:
    ModelUnreachable, ModelDenied, or ModelUnknown for a model that is not on its list.
    """
    from rag.model.clock import GLANCE
    from rag.model.openai_server import list_models

    models = tuple(list_models(config, GLANCE))
    name = config.model or (choose_model(models) if config.base_url else DEFAULT_MODEL)
    if not name:
        raise ModelUnknown(f"{server_of(config)} lists no models; set RAG_MODEL to the one to ask.")
    if models and name not in models:
        raise unknown(Call(config.base_url or server_of(config), name), models)
    return Reached(server_of(config), name, models)

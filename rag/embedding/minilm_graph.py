"""The MiniLM network written as an ONNX graph; how its linear layers compute is left open.

BERT (Devlin and others, arXiv:1810.04805) with 6 layers, 384 wide, 12 heads; then the mean over
the tokens of a text, at unit length, which is how all-MiniLM-L6-v2 was trained. Only the operators
are chosen for speed: each was measured against its alternatives (LayerNormalization after Add
takes a fifth of the time of the fused SkipLayerNormalization, for one).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rag.embedding.minilm_files import MAX_TOKENS

LAYERS = 6
HEADS = 12
EPSILON = 1e-12
OPERATORS = {"": 17, "com.microsoft": 1}
OF_ONNXRUNTIME = frozenset({"Gelu", "MatMulIntegerToFloat", "MultiHeadAttention"})

Tensors = Mapping[str, NDArray[Any]]


class Graph:
    """Nodes and constants written so far; a node is known by the name of its only output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._outputs: list[onnx.ValueInfoProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Add an array, once for each name."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(values, order="C"), name)
        return name

    def node(
        self, operator: str, inputs: Sequence[str], attributes: Mapping[str, Any] | None = None
    ) -> str:
        """Add an operator and return the name of its output."""
        domain = "com.microsoft" if operator in OF_ONNXRUNTIME else ""
        output = f"{operator}_{len(self._nodes)}"
        self._nodes.append(
            helper.make_node(operator, inputs, [output], output, domain=domain, **attributes or {})
        )
        return output

    def output(self, name: str, value: str) -> None:
        """Give a float32 value out of the graph under a name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))

    def model(self) -> bytes:
        """Return the graph as an ONNX file; its inputs are int32 ``tokens`` and ``mask``."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "length"])
            for name in ("tokens", "mask")
        ]
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, "minilm", inputs, self._outputs, constants)
        operators = [helper.make_opsetid(*operator) for operator in OPERATORS.items()]
        # an old file version, since every onnxruntime reads old ones
        model = helper.make_model(graph, opset_imports=operators, ir_version=8)
        content: bytes = model.SerializeToString()
        return content


@dataclass(frozen=True, slots=True)
class Dense:
    """A linear layer ``x @ weight + bias``; the weight has shape (inputs, outputs)."""

    name: str
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


Linear = Callable[[Graph, str, str, Sequence[Dense]], list[str]]
"""(graph, site, input, layers) to outputs: layers that share an input, at a named place."""


def write_network(tensors: Tensors, linear: Linear) -> bytes:
    """Return the network as an ONNX file.

    ``tokens`` and ``mask`` (int32, 1 for tokens, 0 for padding) have shape (texts, length), with
    length at most MAX_TOKENS; the output ``vectors`` has shape (texts, 384).
    """
    graph = Graph()
    hidden = _embeddings(graph, tensors)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        hidden = _attention(graph, tensors, linear, f"{name}.attention", hidden)
        hidden = _feed_forward(graph, tensors, linear, name, hidden)
    graph.output("vectors", _mean(graph, hidden))
    return graph.model()


def float_linear(graph: Graph, site: str, value: str, layers: Sequence[Dense]) -> list[str]:
    """Compute in float32 and give out what a site saw: ``low:`` and ``high:`` per channel."""
    for name, reduce in (("low", "ReduceMin"), ("high", "ReduceMax")):
        graph.output(f"{name}:{site}", graph.node(reduce, [value], {"axes": [0, 1], "keepdims": 0}))
    return [_float_layer(graph, value, layer) for layer in layers]


def sites() -> Iterator[str]:
    """The places where linear layers stand, in the order of the network."""
    for layer in range(LAYERS):
        for place in ("attention.self", "attention.output", "intermediate", "output"):
            yield f"encoder.layer.{layer}.{place}"


def _embeddings(graph: Graph, tensors: Tensors) -> str:
    # float16 halves the largest table of the model; the vectors stay the same to four places
    words = tensors["embeddings.word_embeddings.weight"].astype(np.float16)
    places = tensors["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    places = places + tensors["embeddings.token_type_embeddings.weight"][0]
    word = graph.node("Gather", [graph.constant("words", words), "tokens"])
    word = graph.node("Cast", [word], {"to": TensorProto.FLOAT})
    start, length = _whole(graph, "zero", 0), graph.node("Shape", ["tokens"], {"start": 1})
    place = graph.node("Slice", [graph.constant("places", places), start, length])
    return _sum_normalised(graph, tensors, "embeddings", word, place)


def _attention(graph: Graph, tensors: Tensors, linear: Linear, name: str, hidden: str) -> str:
    parts = [_dense(tensors, f"{name}.self.{part}") for part in ("query", "key", "value")]
    query, key, value = linear(graph, f"{name}.self", hidden, parts)
    inputs = [query, key, value, "", "mask"]
    mixed = graph.node("MultiHeadAttention", inputs, {"num_heads": HEADS})
    layers = [_dense(tensors, f"{name}.output.dense")]
    (mixed,) = linear(graph, f"{name}.output", mixed, layers)
    return _sum_normalised(graph, tensors, f"{name}.output", hidden, mixed)


def _feed_forward(graph: Graph, tensors: Tensors, linear: Linear, name: str, hidden: str) -> str:
    layers = [_dense(tensors, f"{name}.intermediate.dense")]
    (wide,) = linear(graph, f"{name}.intermediate", hidden, layers)
    wide = graph.node("Gelu", [wide])
    (narrow,) = linear(graph, f"{name}.output", wide, [_dense(tensors, f"{name}.output.dense")])
    return _sum_normalised(graph, tensors, f"{name}.output", hidden, narrow)


def _mean(graph: Graph, hidden: str) -> str:
    """The sum over the tokens at unit length, which is the mean at unit length."""
    weights = graph.node("Cast", ["mask"], {"to": TensorProto.FLOAT})
    weights = graph.node("Unsqueeze", [weights, _whole(graph, "one", 1)])
    total = graph.node("MatMul", [weights, hidden])
    total = graph.node("Squeeze", [total, _whole(graph, "one", 1)])
    return graph.node("LpNormalization", [total], {"axis": -1, "p": 2})


def _sum_normalised(graph: Graph, tensors: Tensors, name: str, left: str, right: str) -> str:
    norm = [
        graph.constant(f"{name}.{part}", tensors[f"{name}.LayerNorm.{part}"])
        for part in ("weight", "bias")
    ]
    total = graph.node("Add", [left, right])
    return graph.node("LayerNormalization", [total, *norm], {"epsilon": EPSILON, "axis": -1})


def _float_layer(graph: Graph, value: str, layer: Dense) -> str:
    product = graph.node("MatMul", [value, graph.constant(f"{layer.name}.weight", layer.weight)])
    return graph.node("Add", [product, graph.constant(f"{layer.name}.bias", layer.bias)])


def _dense(tensors: Tensors, name: str) -> Dense:
    return Dense(name, tensors[f"{name}.weight"].T, tensors[f"{name}.bias"])


def _whole(graph: Graph, name: str, number: int) -> str:
    return graph.constant(name, np.array([number], np.int64))

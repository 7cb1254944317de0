"""Turns trained weights into what ships: ONNX with 8-bit weights.

    python -m index.training.export --weights FILE --out FOLDER

Writes `reader.onnx`, which ships, and beside it `reader.float32.onnx`, to measure what quantising
costs (`python -m index.training.compare`). Prints their sizes and SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from safetensors.torch import load_file

from index.encoder import model_folder
from index.training.network import ReaderNetwork

OPSET = 17
INPUTS = ("tokens", "mask", "sides")
OUTPUTS = ("scores", "none")


def to_onnx(network: ReaderNetwork, path: Path) -> None:
    """Writes the network as an ONNX graph for any number of pairs of any length."""
    network.eval()
    # The form of attention that the runtime's optimizer knows and turns into one operator.
    network.encoder.set_attn_implementation("eager")
    example = torch.ones(2, 8, dtype=torch.int64)
    shape = {0: "pairs", 1: "length"}
    torch.onnx.export(
        network,
        (example, example, example),
        str(path),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={**dict.fromkeys(INPUTS, shape), "scores": shape, "none": {0: "pairs"}},
        opset_version=OPSET,
        dynamo=False,
    )


def fused(path: Path, network: ReaderNetwork) -> onnx.ModelProto:
    """The graph with the runtime's own operators for attention, normalisation and activation."""
    config = network.encoder.config
    options = FusionOptions("bert")
    # This fusion wants the mask as lengths; the graph does not say that padding is on the right.
    options.enable_embed_layer_norm = False
    made = optimizer.optimize_model(
        str(path),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
    )
    model: onnx.ModelProto = made.model
    return model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--weights", type=Path, required=True, help="reader.safetensors of index.training.train"
    )
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    network = ReaderNetwork(model_folder())
    network.load_state_dict(load_file(arguments.weights))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        to_onnx(network, plain)
        onnx.save(fused(plain, network), arguments.out / "reader.float32.onnx")
    quantize_dynamic(
        arguments.out / "reader.float32.onnx",
        arguments.out / "reader.onnx",
        weight_type=QuantType.QInt8,
        per_channel=True,
        # Shape inference cannot see through the fused operators; everything in between is a float.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    for path in sorted(arguments.out.glob("*.onnx")):
        data = path.read_bytes()
        print(f"{path.name} {len(data) / 1e6:.1f} MB {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()

"""Expected gradients as shap computes them; for a process of its own, as shap touches TensorFlow.

Reads ``model.keras``, ``series.npy`` and ``known.npy`` in the folder it is given and writes
``values.npy``, (sample, time, band, class).
"""

import sys
from pathlib import Path

import keras
import numpy as np
import shap

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    model = keras.saving.load_model(folder / "model.keras")
    explainer = shap.GradientExplainer(model, np.load(folder / "known.npy"), batch_size=500)
    series = np.load(folder / "series.npy")
    np.save(folder / "values.npy", explainer.shap_values(series, nsamples=8000, rseed=1))

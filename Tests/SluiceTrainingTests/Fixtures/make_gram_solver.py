"""Makes gram_solver.json: linear support vector machines by scikit-learn, on small sparse texts of length 1.

    python3 make_gram_solver.py
"""

import json
import os

import numpy as np
import sklearn
from sklearn.svm import LinearSVC

random = np.random.default_rng(5)
cases = []
for labels in [2, 3]:
    features = (random.random((30, 12)) < 0.4) * random.random((30, 12))
    features[0] = 0
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    features = np.round(features / np.where(norms > 0, norms, 1), 6).astype(np.float32)
    expected = random.integers(0, labels, 30)
    expected[:labels] = range(labels)

    model = LinearSVC(C=1, tol=1e-9, max_iter=1_000_000).fit(features, expected)
    scores = model.decision_function(features)
    if labels == 2:
        scores = np.stack([-scores, scores], axis=1)
    cases.append({"labels": labels, "features": features.tolist(), "expected": expected.tolist(), "scores": scores.tolist()})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gram_solver.json"), "w") as file:
    json.dump({"made_by": f"make_gram_solver.py, scikit-learn {sklearn.__version__}", "cases": cases}, file)
    file.write("\n")

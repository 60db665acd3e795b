"""Words of the page that compares two runs."""

WORDS = {
    # choosing
    "compare.pick.a": "Baseline (A)",
    "compare.pick.b": "Compared with (B)",
    "compare.swap": "Swap A and B",
    "compare.none": "There is no trained model yet, so there is nothing to compare.",
    "compare.one": "{run} is the only model of this region; a comparison needs a second one.",
    "compare.one.action": "Train another model",
    "compare.same": "A and B are both {run}, so they differ in nothing.",
    "compare.same.action": "Compare with {run}",
    "compare.legends": "The two models know different classes, so their figures cannot be "
    "compared; their maps can. Only A: {a}. Only B: {b}.",
    "compare.elsewhere": "The models learnt from different data, A from {a} and B from {b}: they "
    "have no test samples in common, so only their maps are compared.",
    "compare.untested": "{run} kept no test answers (it was made by an older version, or came "
    "without them), so only its map can be compared.",
    "compare.loading": "Comparing on the common test samples …",
    # the outcome
    "compare.summary": "{outcome} {samples}",
    "compare.summary.higher": "**Macro F1: B is higher by {delta}** (95 % interval {low} to "
    "{high})",
    "compare.summary.lower": "**Macro F1: B is lower by {delta}** (95 % interval {low} to {high})",
    "compare.summary.unsure": "**Macro F1: no certain difference** (B − A = {signed}, 95 % "
    "interval "
    "{low} to {high})",
    "compare.summary.on.reference_data": "on {n} test samples in {groups} groups that neither "
    "model learnt from.",
    "compare.summary.on.map_product": "on {n} test samples in {groups} groups that neither model "
    "learnt from. The labels are a map product, so figures are agreement, not accuracy.",
    "compare.summary.elsewhere": "These figures are of {origin}, where both models learnt. They "
    "say nothing about {region}.",
    # map
    "compare.swipe": "Drag to see more of A or of B",
    "compare.map.swipe": "A lies left of the line, B right of it: drag the line, or use the arrow "
    "keys. Click to choose a pixel.",
    "compare.map.agreement": "Both maps judged pixel by pixel. Click to choose a pixel.",
    "compare.area.class": "Class",
    "compare.area.note": "Land of each class, counted pixels, not adjusted for the maps' errors.",
    "compare.scope": "Labelled pixels that count",
    "compare.scope.all": "All labelled pixels",
    "compare.scope.kept": "Test pixels of both",
    "compare.verdict.labelled": "Labelled: {area} ha",
    "compare.verdict.bare": "No label: {area} ha",
    "compare.verdict.both_right": "Both right",
    "compare.verdict.only_a": "Only A right",
    "compare.verdict.only_b": "Only B right",
    "compare.verdict.both_wrong": "Both wrong",
    "compare.verdict.same": "Same class",
    "compare.verdict.other": "Different classes",
    "compare.verdict.note.all": "Right means: same class as the reference label. Most labelled "
    "pixels also trained the models, so these shares flatter both.",
    "compare.verdict.note.kept": "Only pixels of test groups that neither model learnt from; the "
    "others are left blank.",
    "compare.verdict.note.none": "There is no reference label here, so the maps are judged against "
    "each other only.",
    "compare.verdict.csv": "Agreement (CSV)",
    # pixel
    "compare.pixel": "Row {row}, column {col}",
    "compare.pixel.confidence": "Calibrated confidence {percent} %",
    "compare.pixel.blank": "never clear",
    "compare.pixel.none": "Click on the map, or give a latitude and longitude, to see what both "
    "models say of a pixel.",
    "compare.pixel.why": "Why? On the crop map",
    # figures
    "compare.metrics.reference_data": "Accuracy on test samples",
    "compare.metrics.map_product": "Agreement with a map product on test samples",
    "compare.metrics.interval": "95 % interval",
    "compare.metrics.range": "{low} to {high}",
    "compare.metrics.sides": "A better ◂ ▸ B better",
    "compare.metrics.note": "Intervals of B − A by bootstrap over groups ({draws} draws). Bold, "
    "and "
    "drawn in full: the interval excludes 0.",
    "compare.metrics.csv": "Figures (CSV)",
    "compare.figure.overall_accuracy.reference_data": "Overall accuracy",
    "compare.figure.overall_accuracy.map_product": "Overall agreement",
    "compare.figure.macro_f1.reference_data": "Macro F1",
    "compare.figure.macro_f1.map_product": "Macro F1 of agreement",
    "compare.figure.kappa.reference_data": "Kappa",
    "compare.figure.kappa.map_product": "Kappa",
    "compare.figure.ece.reference_data": "Calibration error (ECE), lower is better",
    "compare.figure.ece.map_product": "Calibration error (ECE), lower is better",
    "compare.figure.f1": "F1 {name} (n = {n})",
    "compare.split.kept": "{n} samples in {groups} groups that both models kept for testing. Both "
    "give {share} of them the same class.",
    "compare.split.folds": "{n} samples in {groups} groups, each answered by the fold model that "
    "never saw its group. Both runs give {share} of them the same class.",
    "compare.split.mixed": "{n} samples in {groups} groups that one run kept for testing and the "
    "other answered by fold models that never saw them. Both give {share} of them the same class.",
    "compare.caution.few_common": "A was tested on {a} samples, B on {b}: these are those in "
    "common.",
    "compare.caution.few_groups": "So few groups make the intervals rough.",
    "compare.caution.missing": "No common test sample of {names}: macro F1 is over the others.",
    "compare.votes": "McNemar's test with one vote a group: A does better in {a} groups, B in {b}, "
    "{tied} are tied; {p}.",
    # confusion
    "compare.confusion": "Which classes are taken for which",
    "compare.confusion.true": "True class",
    "compare.confusion.given": "Class given",
    "compare.confusion.share": "% of the true class",
    "compare.confusion.points": "B − A, points",
    "compare.confusion.hover.a": "{true} → {given}<br>A: {n} samples, {share} % of the true class",
    "compare.confusion.hover.b": "{true} → {given}<br>B: {n} samples, {share} % of the true class",
    "compare.confusion.hover.delta": "{true} → {given}<br>B − A: {n} samples, {share} points",
    "compare.confusion.alt": "Rows are true classes, columns the classes given, on {n} test "
    "samples. In a cell: samples, and % of the true class (in B − A: points). In B − A purple is "
    "more often in B, orange more often in A. {worst}",
    "compare.confusion.worst": "Largest confusion of {side}: {n} samples of {true} taken for "
    "{given}.",
    "compare.confusion.csv": "Matrices (CSV)",
    "compare.cell": "Cell: click on one above, or choose it here",
    "compare.cell.none": "None",
    "compare.cell.name": "{true} → {given} · A {a} · B {b}",
    "compare.samples": "**{true} → {given}**: {a} samples by A, {b} by B, {both} by both.",
    "compare.samples.drawn": "{drawn} of {n} are outlined on the map: orange by A only, blue by B "
    "only, white by both.",
    "compare.samples.elsewhere": "They are not outlined: they are no pixels of this region.",
    "compare.samples.csv": "Samples (CSV)",
    "compare.samples.id": "Sample",
    "compare.samples.row": "Row",
    "compare.samples.col": "Column",
    "compare.samples.group": "Group",
    "compare.samples.reference": "Reference",
    "compare.samples.a": "A",
    "compare.samples.percent_a": "A, confidence %",
    "compare.samples.b": "B",
    "compare.samples.percent_b": "B, confidence %",
    # cost, settings
    "compare.cost": "Cost",
    "compare.cost.parameters": "Parameters (of a forest: nodes)",
    "compare.cost.seconds": "Training, s",
    "compare.cost.speed": "Mapping this region, px/s",
    "compare.cost.megabytes": "Model file, MB",
    "compare.cost.note": "Times are those of the machines on which it was done, which may differ.",
    "compare.settings": "Settings",
    "compare.settings.which": "Which settings",
    "compare.settings.different": "Differences",
    "compare.settings.all": "All",
    "compare.settings.name": "Setting",
    "compare.settings.same": "All settings are the same.",
}

"""Words of the page on confidence."""

WORDS = {
    # on what it was tested
    "confidence.origin": "How far confidence comes true was measured on {n} test samples of "
    "{groups} groups in {region}: {split}. Shares are of these samples, not of land.",
    "confidence.split.held": "groups kept for testing, which the model never saw",
    "confidence.split.folds": "{folds} folds by group, each asked of a model that never saw it; "
    "the map is of one more model, which learnt from all",
    "confidence.elsewhere": "How far confidence comes true was measured on **{origin}**, not on "
    "{region}. On other land or in another year a model can be too sure, and no figure here would "
    "show it.",
    "confidence.untested": "{run} kept no test answers (it was made by an older version, or came "
    "without them), so nobody can say whether its confidence comes true.",
    "confidence.damaged": "The test answers of {run} cannot be read, so nobody can say whether "
    "its confidence comes true.",
    "confidence.untested.action": "Ask its models again now",
    "confidence.measuring": "Reading the data of {run} and asking its models …",
    # the threshold
    "confidence.threshold": "Least confidence drawn, %",
    "confidence.bought.reference_data": "Right, of the test samples kept",
    "confidence.bought.map_product": "In agreement, of the test samples kept",
    "confidence.bought.of": "{n} of {all} test samples kept ({share}), of {groups} groups",
    "confidence.bought.not_map": "Known of test samples only; nobody checked the whole map.",
    "confidence.interval": "95 %: {low}–{high}",
    "confidence.interval.none": "no interval: fewer than two groups",
    "confidence.interval.flat": "no interval: nothing differs between groups",
    "confidence.land": "Land kept",
    "confidence.ha": "{area} ha",
    "confidence.land.of": "{share} of {area} ha mapped; {blank} ha are left blank. Counted "
    "pixels, not adjusted for the map's errors.",
    "confidence.counting": "Counting pixels …",
    "confidence.table.class": "Class",
    "confidence.table.all": "In all, ha",
    "confidence.table.kept": "Kept, ha",
    "confidence.table.share": "Kept, %",
    "confidence.land.csv": "Areas (CSV)",
    "confidence.pixel.none": "Click a pixel on the map, or give its latitude and longitude.",
    "confidence.pixel.kept": "**{name}** · {percent} % calibrated confidence",
    "confidence.pixel.left": "**{name}** · {percent} % calibrated confidence: below the "
    "threshold, not drawn",
    "confidence.pixel.blank": "The map is blank there: the ground was never seen without cloud.",
    "confidence.pixel.why": "Why? See the crop map",
    # risk and coverage
    "confidence.risk": "What is leaving out the unsure worth?",
    "confidence.risk.words.reference_data": "At **{least} %** and above, {share} of the test "
    "samples are kept and **{wrong}** of them are wrong; keeping all, {overall} are.",
    "confidence.risk.words.map_product": "At **{least} %** and above, {share} of the test samples "
    "are kept and **{wrong}** of them disagree with the map product; keeping all, {overall} do.",
    "confidence.risk.all.reference_data": "Keeping all test samples, **{overall}** of them are "
    "wrong. Move the slider to leave out the unsure.",
    "confidence.risk.all.map_product": "Keeping all test samples, **{overall}** of them disagree "
    "with the map product. Move the slider to leave out the unsure.",
    "confidence.risk.flawless": "No test sample is {wrong}, so there is nothing for doubt to "
    "point at.",
    "confidence.risk.none": "No test sample reaches {least} %.",
    "confidence.risk.alt": "Test samples kept from the surest on (across) and the share of them "
    "that is {wrong} (up). The lower a line on its left, the better doubt points at these; the "
    "diamond is the threshold chosen, with its 95 % interval by bootstrap over groups.",
    "confidence.risk.help": "AURC: area under the curve; less is better. AUROC: chance that a "
    "sample that is {wrong} is given less confidence than one that is {right}; 0.5 is a coin's.",
    "confidence.risk.csv": "Curves (CSV)",
    "confidence.measure": "Sureness by",
    "confidence.measure.p_max": "Confidence",
    "confidence.measure.margin": "Margin to the next class",
    "confidence.measure.entropy": "Entropy",
    "confidence.chance": "By chance",
    "confidence.best": "All errors last",
    "confidence.chosen": "Threshold chosen",
    "confidence.aurc": "AURC, %",
    "confidence.auroc": "AUROC",
    "confidence.coverage": "Test samples kept",
    "confidence.risk.axis.reference_data": "Wrong, of those kept",
    "confidence.risk.axis.map_product": "In disagreement, of those kept",
    # reliability
    "confidence.true": "Does its confidence come true?",
    "confidence.show": "Probabilities",
    "confidence.calibrated": "Calibrated",
    "confidence.softmax": "Softmax",
    "confidence.both": "Both",
    "confidence.bins": "Bins",
    "confidence.diagonal": "Comes true exactly",
    "confidence.few": "fewer than {few} groups",
    "confidence.stated": "Mean confidence of the bin",
    "confidence.samples": "Samples",
    "confidence.share.reference_data": "Share right",
    "confidence.share.map_product": "Share in agreement",
    "confidence.right.reference_data": "right",
    "confidence.right.map_product": "in agreement with the map product",
    "confidence.wrong.reference_data": "wrong",
    "confidence.wrong.map_product": "in disagreement with the map product",
    "confidence.bin": "{low}–{high}: n = {n}, {groups} groups",
    "confidence.bin.words": "Of {n} samples given {low}–{high} %, **{share}** are {right} "
    "({interval}; {groups} groups).",
    "confidence.verdict.over": "**Too sure.** On average it says {stated} and {share} are "
    "{right}: {gap} points (95 %: {low} … {high}).",
    "confidence.verdict.under": "**Too modest.** On average it says {stated} and {share} are "
    "{right}: {gap} points (95 %: {low} … {high}).",
    "confidence.verdict.fair": "**Neither too sure nor too modest, as far as these groups can "
    "tell.** On average it says {stated} and {share} are {right}: {gap} points (95 %: {low} … "
    "{high}).",
    "confidence.verdict.unknown": "On average it says {stated} and {share} are {right}: {gap} "
    "points. All samples are of one group, so how far this holds is not known.",
    "confidence.true.alt": "Dots: share of samples that is {right} against their mean confidence, "
    "in bins of equal width, with 95 % intervals by bootstrap over groups; below the dashed line "
    "it is too sure, above it too modest. Hollow: fewer than {few} groups, which says little. "
    "Bars: samples per bin.",
    "confidence.true.csv": "Diagram (CSV)",
    "confidence.calibrated.better": "Calibration brought the ECE from {before} to {after}.",
    "confidence.calibrated.worse": "Calibration did not help here: the ECE went from {before} to "
    "{after}. Its one temperature was fitted on other groups than these.",
    "confidence.score": "Less is better",
    "confidence.score.ece": "ECE, {bins} bins of equal width",
    "confidence.score.equal_mass": "ECE, {bins} bins of equal count",
    "confidence.score.nll": "Negative log likelihood, nats",
    "confidence.score.brier": "Brier score, 0–2",
    "confidence.score.help": "ECE: mean distance between confidence and what comes true. Negative "
    "log likelihood: punishes what is sure and fails. Brier: mean squared distance of all class "
    "probabilities to the truth. One temperature, fitted on validation groups, leads from the "
    "softmax to the calibrated probability.",
    # classes
    "confidence.classes": "Which classes are given with too much confidence?",
    "confidence.classes.class": "Class given",
    "confidence.classes.given": "Samples given it",
    "confidence.classes.groups": "Groups",
    "confidence.classes.stated": "Mean confidence, %",
    "confidence.classes.true.reference_data": "Right, %",
    "confidence.classes.true.map_product": "In agreement, %",
    "confidence.classes.gap": "Gap, points (95 %)",
    "confidence.classes.reading": "Reading",
    "confidence.classes.n": "Samples of it",
    "confidence.classes.found": "Found, %",
    "confidence.classes.alt": "Each row: the test samples given a class, their mean calibrated "
    "confidence, the share of them that is {right}, and the gap between the two with its interval "
    "by bootstrap over groups. The last columns count the samples whose reference is that class, "
    "and how many of them were found (recall). Fewer than {few} groups: no reading.",
    "confidence.classes.csv": "Classes (CSV)",
    "confidence.reading.over": "too sure",
    "confidence.reading.under": "too modest",
    "confidence.reading.fair": "no clear gap",
    "confidence.reading.few": "too few groups",
}

"""Words of the crop map."""

WORDS = {
    # legend
    "legend.item": "{name} · {area} ha · {share}",
    "legend.only": "only",
    "legend.all": "Show all",
    "legend.confidence": "Calibrated probability of the class shown, %",
    "legend.margin": "Distance between the probabilities of the two likeliest classes, percentage "
    "points; bright is sure",
    "legend.entropy": "Entropy of the class probabilities, % of its largest value; bright is sure",
    "legend.clear": "Clear acquisitions in the season, of the source that saw the pixel least",
    "legend.right.reference_data": "Right",
    "legend.right.map_product": "Same as the map product",
    "legend.wrong.reference_data": "Wrong",
    "legend.wrong.map_product": "Other than the map product",
    "legend.errors": "The map where there is a reference label. Most of this land is what the "
    "model learnt from, so the share right is no accuracy.",
    "legend.total": "{area} ha in all; counted pixels, not adjusted for the map's errors.",
    "legend.labels": "{area} ha are labelled.",
    # pixel
    "place.lat": "Latitude, °",
    "place.lon": "Longitude, °",
    "place.go": "Go",
    "place.about": "Row {row}, column {col} · E {x} N {y} ({crs})",
    "place.bad": "A latitude is a number from −90 to 90 and a longitude one from −180 to 180, "
    "such as {lat} and {lon}.",
    "pixel.scores": "softmax {raw}, calibrated {calibrated}",
    "pixel.scores.help": "Softmax is the network's own score and says too much. The calibrated "
    "probability was fitted on fields kept apart: of pixels given {calibrated}, about that share "
    "is right.",
    "pixel.members": "{votes} of {count} members say {name}",
    "pixel.members.other": ", {votes} {name}",
    "pixel.members.help": "Uncertainty of the members' mean (entropy, 0 to 1): {total}. Of it "
    "{within} is each member's own and {between} their disagreement.",
    "pixel.reference": "Reference",
    "pixel.reference.none": "none here",
    "pixel.reference.same": "same as the model",
    "pixel.reference.other": "differs from the model",
    "pixel.top": "Most probable classes",
    "pixel.top.alt": "Bars and numbers: calibrated probability. Diamonds: softmax.",
    "pixel.empty": "No pixel is chosen yet: click on the map, or give its latitude and longitude.",
    "pixel.empty.action": "Show an example",
    "pixel.outside": "That point lies outside the imagery of this region.",
    "pixel.never_clear": "This pixel was never seen without cloud in the model's season.",
    "pixel.another": "Take another pixel",
    "pixel.no_run": "No model has learnt from this region yet, so there is nothing to ask.",
    # suspects
    "suspects": "Labels to look at again",
    "suspects.help": "Labels that models which never saw their parcel hardly believe, by confident "
    "learning (Northcutt et al. 2021).",
    "suspects.loading": "Comparing labels with the model's answers …",
    "suspects.elsewhere": "{run} did not learn from {region}, so it was never tested on "
    "its labels.",
    "suspects.untested": "The test answers of {run} were not kept, so its labels cannot be "
    "questioned.",
    "suspects.among.all.parcels": "{count} of {of} parcels, each asked of a model that never "
    "saw it.",
    "suspects.among.all.samples": "{count} of {of} samples, each asked of a model that never "
    "saw it.",
    "suspects.among.kept.parcels": "{count} of the {of} parcels kept for testing; a run with folds "
    "asks of all.",
    "suspects.among.kept.samples": "{count} of the {of} samples kept for testing; a run with folds "
    "asks of all.",
    "suspects.none": "No label looks wrong: {among}",
    "suspects.folds": "Train with folds",
    "suspects.question": "A suspect is a question, not a proven error: to a model a wrong label, a "
    "mixed parcel and a rare variety look alike. Look at the series before you change a label.",
    "suspects.learnt": "The map shows the final model, which learnt from these labels too and may "
    "repeat them; the list asks models that did not.",
    "suspects.first": "Show the first on the map",
    "suspects.next": "Show the next on the map",
    "suspects.one": "{number} of {count}: **{id}** is labelled **{label}** ({p_label}); the model "
    "says rather **{suggested}** ({p_suggested}).",
    "suspects.column.id": "Name",
    "suspects.column.label": "Label",
    "suspects.column.suggested": "Model says",
    "suspects.column.p_label": "p (label)",
    "suspects.column.p_suggested": "p (model)",
    "suspects.column.pixels": "Pixels",
    "suspects.alt": "{count} labels, the least credible first, outlined in pink on the map; choose "
    "a row to go there. p: mean calibrated probability of the parcel or sample.",
    "suspects.csv": "Labels to look at again (CSV)",
    # series
    "series": "What the satellites saw",
    "series.bands": "Bands",
    "series.reflectance": "Reflectance (0–1)",
    "series.dB": "Backscatter (dB)",
    "series.linear": "Backscatter (power)",
    "series.index": "Index",
    "series.model": "{band}, as the model sees it",
    "series.clear": "{band}",
    "series.masked": "{band}, hidden by cloud",
    "series.mean": "{band}, mean of {name}",
    "series.alt": "{count} observations from {first} to {last}, {masked} of them hidden by cloud "
    "(hollow). Line: what the model sees. Dotted: mean of the training samples of {name}.",
    "series.alt.plain": "{count} observations from {first} to {last}, {masked} of them hidden by "
    "cloud (hollow).",
    "series.csv": "Series (CSV)",
    # charts
    "pixel.explain": "Explain further: method, trust, what if",
    "chart.date": "Date",
}

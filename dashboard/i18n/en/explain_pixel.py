"""Words of explanations of a pixel: on the page of explanations and beside the crop map."""

WORDS = {
    # attribution
    "why": "Why {target}?",
    "why.against": "Why {target} and not {contrast}?",
    "why.method": "Method",
    "why.target": "Class to explain",
    "why.predicted": "{name} (predicted)",
    "why.contrast": "Rather than",
    "why.contrast.none": "—",
    "why.unit.logits": "logits",
    "why.unit.deviation": "logits\nper +1 sd",
    "why.unit.lost": "logits lost",
    "why.unit.share": "share lost",
    "why.sensitivity": "Sensitivity: what would a small change do?",
    "why.contribution": "Contribution: what did the values seen do?",
    "why.alt": "Strongest: {first}. Purple speaks for {target}, orange against it.",
    "why.alt.item": "{band} on {date} ({value})",
    "why.residual": "{share} of the score's change is not accounted for.",
    "why.members": "Explained is the mean score of the ensemble's networks ({count}: {names}), not "
    "their combined probability.",
    "why.spread.members": "± is the standard deviation over them.",
    "why.spread.pixels": "± is the standard deviation over the parcel's pixels.",
    "why.silent": "Without gradients, and so not part of it: {names}.",
    "why.zero": "Every value is zero: the score does not depend on this pixel's series.",
    "why.sum": "Σ |…|",
    "why.csv": "Attribution (CSV)",
    "why.more": "More reasons, and whether to trust them",
    "why.no_sensitivity": "{architecture} has no gradients, so nothing is known of small changes; "
    "what hiding values costs is told instead.",
    "method.saliency": "Saliency",
    "method.smoothgrad": "SmoothGrad",
    "method.gradient_input": "Gradient × input",
    "method.integrated_gradients": "Integrated gradients",
    "method.expected_gradients": "Expected gradients",
    "method.occlusion_cell": "Occlusion: value by value",
    "method.occlusion_date": "Occlusion: date by date",
    "method.occlusion_band": "Occlusion: band by band",
    "method.occlusion_group": "Occlusion: kinds of bands",
    "method.occlusion_window": "Occlusion: three dates at a time",
    "method.saliency.help": "The gradient here and now, in logits per +1 standard deviation of the "
    "band.",
    "method.smoothgrad.help": "The mean gradient of 32 noisy copies, in logits per +1 standard "
    "deviation of the band.",
    "method.gradient_input.help": "The gradient times the distance from the mean series, in "
    "logits; exact for a straight model only.",
    "method.integrated_gradients.help": "Gradients along the way from the mean series to this one, "
    "in logits; they sum to the change of the score.",
    "method.expected_gradients.help": "Gradients on the way from training samples to this series, "
    "in logits.",
    "method.occlusion_cell.help": "What the score loses when one band at one date is replaced by "
    "the mean series.",
    "method.occlusion_date.help": "What the score loses when all bands of a date are replaced by "
    "the mean series, shared evenly.",
    "method.occlusion_band.help": "What the score loses when a band is replaced by its mean series "
    "at all dates, shared evenly.",
    "method.occlusion_group.help": "What the score loses when all bands of a kind are replaced by "
    "the mean series, shared evenly.",
    "method.occlusion_window.help": "What the score loses when three dates in a row are replaced "
    "by the mean series, shared evenly.",
    # the page
    "explain.view": "What is explained",
    "explain.view.pixel": "A pixel",
    "explain.view.class": "A class",
    "explain.view.region": "The region",
    "explain.none": "Nothing to explain: choose a pixel on the map, or give its latitude and "
    "longitude.",
    "explain.and": " and ",
    "explain.unit": "Explain",
    "explain.unit.pixel": "This pixel",
    "explain.unit.parcel": "Its parcel",
    "explain.parcel": "Mean over {count} of the parcel's {of} pixels, {share} of which are {name}.",
    "explain.parcel.none": "No labelled parcel lies here; explain the pixel alone.",
    "explain.waiting": "Some of this page is still being computed ({seconds} s) …",
    "explain.table": "As a table",
    "explain.day": "Date to look at",
    "explain.day.none": "none",
    "explain.day.seen": "Looking at {date}; the map shows the picture of {picture}.",
    "explain.day.help": "A click on a cell of the heat maps does the same.",
    "explain.spatial": "Where around the pixel",
    "explain.spatial.alt": "All dates and bands summed, pixel by pixel; the square is the pixel "
    "explained. {share} of the whole lies on it.",
    "explain.spatial.csv": "Around the pixel (CSV)",
    "explain.spatial.x": "Columns to the east",
    "explain.spatial.y": "Rows to the south",
    # pins
    "pins": "Pinned: {count} of {most}",
    "pins.pin": "Pin",
    "pins.help": "Keeps this pixel while you look at others.",
    "pins.full": "{most} pixels are pinned, which is all there is room for; remove one first.",
    "pins.never_clear": "never clear",
    "pins.outside": "outside the imagery",
    "pins.item": "{name} · {calibrated}",
    "pins.select": "Look at pin {number}",
    "pins.remove": "Remove pin {number}",
    # series
    "explain.series": "What the satellites saw, against the classes",
    "explain.series.pixel": "this pixel, as the model sees it",
    "explain.series.parcel": "this parcel, as the model sees it",
    "explain.series.clear": "seen",
    "explain.series.masked": "seen, hidden by cloud",
    "explain.series.mean": "{name}: mean",
    "explain.series.alt": "Bands: middle half (quartiles) of the training samples of {names}; "
    "lines through them: their means. Dots are acquisitions, hollow where hidden by cloud "
    "({masked} of {count}).",
    "explain.known.none": "The middle half of each class and its nearest samples need the data "
    "that the run learnt from: {reason}",
    # what-if
    "whatif": "What if?",
    "whatif.clouded": "Cloud out these dates",
    "whatif.dropped": "Drop these bands",
    "whatif.sensors": "Drop a sensor",
    "whatif.choose": "Choose some",
    "whatif.none": "Choose dates to hide or bands to drop, and the model is asked again.",
    "whatif.nothing_left": "Nothing is left for the model to see.",
    "whatif.same": "Still **{name}**: {before} → {after}.",
    "whatif.other": "**{old}** becomes **{name}**: {before} → {after}.",
    "whatif.alt": "Calibrated probabilities: pale as seen, full after the change.",
    "whatif.before": "as seen",
    "whatif.after": "after the change",
    "whatif.csv": "What if (CSV)",
    "whatif.clear": "Undo all",
    # neighbours
    "nearest": "Nearest training samples",
    "nearest.alt": "The training samples that the model finds most like this one, by their "
    "distance among its last features. Choose a row to go there.",
    "nearest.class": "Class",
    "nearest.distance": "Distance",
    "nearest.distance.network": "Distance: in standard deviations of the features.",
    "nearest.distance.forest": "Distance: the share of trees in which both end differently.",
    "nearest.place": "Latitude, longitude, °",
    "nearest.series": "{band} over the season",
    "nearest.csv": "Nearest samples (CSV)",
    # trust
    "trust": "Can this explanation be trusted?",
    "trust.grade.good": "good",
    "trust.grade.doubtful": "doubtful",
    "trust.grade.bad": "bad",
    "trust.grade.not_applicable": "not applicable",
    "trust.completeness": "Completeness",
    "trust.deletion": "Deletion",
    "trust.insertion": "Insertion",
    "trust.agreement": "Agreement",
    "trust.randomisation": "Randomisation",
    "trust.completeness.help": "The values of a complete method sum to the change of the score; "
    "what they miss is told here, and other methods promise no sum.",
    "trust.deletion.help": "When the values said to matter are hidden first, the probability must "
    "fall sooner than in orders by chance.",
    "trust.insertion.help": "When only they are shown, on top of the mean series, the probability "
    "must rise sooner than in orders by chance.",
    "trust.agreement.help": "Methods that answer the same question should rank the values alike.",
    "trust.randomisation.help": "With its weights shuffled the network knows nothing, so an "
    "explanation that looks the same shows the series and not the network.",
    "trust.completeness.number": " ({value} missing)",
    "trust.curve.number": " (mean probability {value}, by chance {chance})",
    "trust.agreement.number": " (mean rank correlation {value})",
    "trust.randomisation.number": " (rank correlation {signed}, without signs {absolute})",
    "trust.share": "Values changed, %",
    "trust.probability": "Calibrated probability",
    "trust.order": "by this explanation",
    "trust.chance": "by chance (grey: 5–95 %)",
    "trust.parcel": "Checked on {count} of the parcel's pixels, evenly spread.",
    "trust.alt": "Probability of the class explained while its values are hidden (left) or shown "
    "(right), the most important first, against orders by chance.",
    "trust.csv": "Curves (CSV)",
    # attention
    "attention": "Where the network looked (attention, not attribution)",
    "attention.help": "Attention, not attribution: where the network looked is not why it decided. "
    "A weight tells how much of a date's inner state went on, not what that did to the score.",
    "attention.weight": "weight",
    "attention.head": "Head {number}",
    "attention.map": "{asks} takes from {gives}",
    "attention.weights": "Share that each date has; together they are 1.",
    "attention.heads": "Share that each date has in each head; a row sums to 1.",
    "attention.maps": "What each date (down) takes from each other one (across), head by head; a "
    "row sums to 1.",
    "attention.csv": "Attention (CSV)",
}

"""Words about classes and regions that are explained."""

WORDS = {
    # classes
    "classes": "What the model goes by for {name}",
    "classes.none": "Nobody has explained the classes of {run} by this method yet. It takes "
    "attributions of up to {most} held-out samples of each class.",
    "classes.compute": "Explain the classes",
    "classes.more": "Explain again, up to {most} samples of each class",
    "classes.working": "Explaining samples: {done} of {of} …",
    "classes.starting": "Looking for held-out samples that the model names rightly …",
    "classes.class": "Class",
    "classes.split.test": "test",
    "classes.split.validation": "validation",
    "classes.unexplained": "{name} has no held-out sample that the model names rightly, so nothing "
    "can be told of it; another class is shown.",
    "classes.caption": "{n} of {of} {split} samples of {name}, all named rightly by the model and "
    "held out from learning, each explained for its own class score.",
    "classes.caption.folds": "The final model of a run with folds keeps no test samples: these "
    "chose its epoch.",
    "classes.caption.short": "Runs that see surroundings take long: after half a minute no more "
    "samples were asked about, as many of each class, along a rougher path.",
    "classes.residual": "Half of the samples leave more than {share} of the score's change "
    "unaccounted for.",
    "classes.season": "Dates are those of the season {year}; other seasons are laid over it.",
    "classes.lines": "Band by band over the season, mean ± standard deviation",
    "classes.lines.alt": "A panel for each band, a line for each class; {name} on top with ± one "
    "standard deviation over its samples. In brackets: samples behind each class.",
    "classes.mean": "Signed mean by band and date",
    "classes.mean.alt": "Purple speaks for {name}, orange against it. Strongest: {first}. Point at "
    "a cell for the middle half of the samples.",
    "classes.mean.item": "{band} on {date} ({value}; middle half {low} to {high})",
    "classes.hover": "{mean}, middle half {low} to {high}",
    "classes.csv": "Cells (CSV)",
    "classes.dates": "Dates",
    "classes.dates.alt": "Sum of |attribution| over bands, mean ± standard deviation over {n} "
    "samples. Largest on {date}.",
    "classes.dates.csv": "Dates (CSV)",
    "classes.bands": "Bands",
    "classes.bands.alt": "Sum of |attribution| over dates, mean ± standard deviation over {n} "
    "samples. Largest: {band}.",
    "classes.bands.csv": "Bands (CSV)",
    "classes.duplicates": "Bands that say nearly the same (|r| > {limit} over the training "
    "samples) carry one number: {groups}. Which of them a model goes by is chance; compare their "
    "totals.",
    "classes.duplicates.group": "≈{number}: {bands}",
    "classes.duplicates.none": "No two bands are alike (|r| > {limit} over the training samples).",
    "classes.totals": "Bands together",
    "classes.totals.bands": "Bands",
    "classes.totals.sum": "Σ |attribution|",
    "classes.totals.share": "Share, %",
    "classes.totals.alike": "alike ≈{number}",
    "kind.visible": "visible",
    "kind.red edge": "red edge",
    "kind.near infrared": "near infrared",
    "kind.shortwave infrared": "shortwave infrared",
    "kind.radar": "radar",
    "kind.index": "index",
    "classes.attention": "Where the network looked (attention, not attribution)",
    "classes.attention.alt": "Weight of each date in {layer} over {n} samples of {name}: box from "
    "the lower to the upper quartile, line at the median, whiskers from 5 to 95 %. Heads, and the "
    "dates that ask, are averaged. Where a network looked is not why it decided.",
    "classes.attention.csv": "Attention of the class (CSV)",
    # permutation
    "permutation": "What mixing up costs",
    "permutation.none": "Values of one date, band or kind of bands can be swapped between test "
    "samples, to see how much macro F1 is lost.",
    "permutation.compute": "Mix up and measure",
    "permutation.working": "Mixing up: {share} …",
    "permutation.kind.date": "By date",
    "permutation.kind.band": "By band",
    "permutation.kind.group": "By kind of band",
    "permutation.kind": "What is mixed up",
    "permutation.loss": "Loss of macro F1",
    "permutation.alt": "Loss of macro F1 ± standard deviation over {repeats} repeats; unmixed it "
    "is {f1} on {samples} test samples of {groups} groups. Dearest: {name} ({loss}). Bands that "
    "are alike stand in for each other.",
    "permutation.csv": "Mixing up (CSV)",
    # deciding dates
    "deciding": "Which date decided?",
    "deciding.about": "For every labelled parcel (for squares where nothing is labelled) some "
    "pixels are explained for the class the model gives the parcel; the date with the largest sum "
    "of |attribution| over bands decided.",
    "deciding.none": "The deciding dates of {region} were not computed with {run} yet. It takes a "
    "minute or more, goes on in the background, and can be cancelled.",
    "deciding.compute": "Find the deciding dates",
    "deciding.again": "Find them again",
    "deciding.stage.starting": "Starting …",
    "deciding.stage.opening": "Opening region and model …",
    "deciding.stage.explaining": "Explaining {done} of {of} · {seconds} s, about {left} s left",
    "deciding.stage.writing": "Writing the map …",
    "deciding.cancelling": "Cancelling …",
    "deciding.cancelled": "Cancelled; nothing half-done was kept.",
    "deciding.failed": "Finding the deciding dates failed: {message}",
    "deciding.lost": "The process that looked for the deciding dates is gone without a word; its "
    "log is in {folder}.",
    "deciding.before": "Below is what was found before.",
    "deciding.alt": "Land by deciding date, in the colours of the map. Most: {date}, {ha} ha and "
    "{count} {units}.",
    "deciding.half": "On average {half} dates make up half of the attribution, so a deciding date "
    "is the largest of several, seldom the only one.",
    "deciding.method": "Method: {method}; up to {pixels} pixels of each; {count} {units}; "
    "{seconds} s.",
    "deciding.units.parcel": "parcels",
    "deciding.units.cell": "squares",
    "deciding.date": "Deciding date",
    "deciding.ha": "Land, ha",
    "deciding.legend": "What the colours mean",
    "deciding.csv": "A row a parcel (CSV)",
    "deciding.tif": "Map (GeoTIFF)",
}

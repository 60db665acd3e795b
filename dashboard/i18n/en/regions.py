"""Words of the page on regions."""

WORDS = {
    "regions.title": "Regions and samples tables",
    "regions.empty": "There is neither a region nor a samples table yet. Bring a folder of "
    "GeoTIFFs or a table of series.",
    "regions.opening": "Opening {name} …",
    "regions.where": "Where they lie",
    "regions.where.alt": "Map: {count} footprints between {south}° and {north}° latitude, {west}° "
    "and {east}° longitude; a click chooses one. There is no base map, so that it works offline.",
    # cards
    "regions.table": "Samples table",
    "regions.map_labels": "Map-derived labels",
    "regions.map_labels.help": "Its labels come from another map: figures against them are "
    "agreement, not accuracy.",
    "regions.card.season": "{first} – {last}",
    "regions.card.source": "{source}: {count} dates",
    "regions.card.size": "{km2} km² · {classes}",
    "regions.card.samples": "{samples} samples · {classes}",
    "regions.card.classes": "{count} classes",
    "regions.card.unlabelled": "no labels: can be mapped, not learnt from",
    "regions.card.licence": "Licence: {licence}",
    "regions.card.no_licence": "No licence is stated",
    "regions.card.picture": "{date}, natural colours",
    "regions.card.no_picture": "No natural colours to show",
    "regions.card.look": "Look closer",
    "regions.card.looking": "Shown below",
    "regions.card.map": "Open on the map",
    "regions.card.train": "Train here",
    "regions.more": "Show all {count}",
    "regions.came_from": "Imagery: {origin}",
    "regions.folder": "Folder: {path}",
    # acquisitions
    "regions.timeline": "When it was seen",
    "regions.timeline.reading": "Counting clear pixels of every acquisition …",
    "regions.timeline.hover": "{date}: {share} clear",
    "regions.timeline.alt": "Bars: share of the pixels with data and without cloud, by "
    "acquisition. {sources}.",
    "regions.timeline.source": "{source}: {count} acquisitions from {first} to {last}, "
    "{clear} clear on average, {never} of the pixels never",
    "regions.timeline.radar": "{source}: {count} acquisitions from {first} to {last}, {clear} with "
    "data on average, {never} of the pixels never",
    "regions.timeline.unmasked": "{source}: {count} acquisitions from {first} to {last}, {clear} "
    "with data on average, {never} of the pixels never; there is no cloud mask, so clouds are not "
    "told from land",
    "regions.timeline.looked": "Counted on {pixels} pixels, a spread of blocks.",
    "regions.timeline.csv": "Acquisitions (CSV)",
    "regions.timeline.dates": "Tables know no clouds: their dates are {count} days from {first} to "
    "{last}.",
    # classes
    "regions.balance": "How much of each class",
    "regions.balance.reading": "Counting the labels …",
    "regions.balance.hectares": "labelled land, ha",
    "regions.balance.samples": "samples",
    "regions.balance.total.hectares": "{total} ha of labelled land",
    "regions.balance.total.samples": "{total} samples",
    "regions.balance.bar": "{amount} · {groups} groups",
    "regions.balance.rare": "⚠ rare",
    "regions.balance.alt": "Bars: {total} in {groups} groups. The largest class, {most}, "
    "has {share} of it. Rare is a class with fewer than {few} groups (parcels or farms, which a "
    "split keeps together) or less than {least} of the whole: {rare}.",
    "regions.balance.none": "none",
    "regions.balance.csv": "Classes (CSV)",
    "regions.balance.unlabelled": "There are no labels: this region can be mapped, but not trained "
    "on.",
    # pictures
    "regions.picture": "What it looked like",
    "regions.picture.kind": "Colours",
    "regions.picture.clouds": "Outline clouds",
    "regions.picture.clouds.help": "What the masks of the region hide: cloud, its shadow, snow, no "
    "data.",
    "regions.picture.drawing": "Drawing {date} …",
    "regions.picture.alt": "{name} on {date}, {kind}, {clear} clear. North is up in {crs}; black "
    "and white are the same reflectance on every date.",
    "regions.picture.none": "No acquisition has the bands of a picture (red, green and blue).",
    "regions.picture.large": "This region is too large to draw as a whole; the map shows it in "
    "tiles.",
    "regions.picture.download": "Picture (PNG)",
    # signatures
    "regions.signatures": "What the classes look like",
    "regions.signatures.reading": "Reading series of labelled pixels …",
    "regions.signatures.quantity": "Band or index",
    "regions.signatures.quantity.name": "{name} · {source}",
    "regions.signatures.classes": "Classes",
    "regions.signatures.hover": "{mean} ({low} to {high}, n = {n})",
    "regions.signatures.alt": "Lines: mean of {name} by date; bands: the middle half (first to "
    "third quartile). Masked observations are left out. {counts}.",
    "regions.signatures.count": "{name}: {n} of {groups} groups",
    "regions.signatures.blocks": "Pixels drawn at random from {blocks} of {of} blocks of the "
    "region.",
    "regions.signatures.aligned": "Seasons of several years lie over each other, in steps of "
    "{steps} days.",
    "regions.signatures.csv": "Signatures (CSV)",
    # quality
    "regions.quality": "What to beware of",
    "regions.quality.reading": "Checking every file …",
    "regions.quality.long": "This region is large: opening every file and reading a spread of "
    "blocks takes some seconds, during which nothing else can be done here.",
    "regions.quality.check": "Check it now",
    "regions.quality.fine": "Nothing was found that would mislead a model.",
    "regions.quality.few": "Few groups: {names}. A split by group leaves hardly any for the test.",
    "regions.quality.one_group": "One group holds most of a class: {names}. A model may learn that "
    "parcel instead of the crop.",
    "regions.quality.one_group.item": "{name} ({share})",
    "regions.quality.never": "{source}: {share} of the pixels were never clear; a model is not "
    "asked about them.",
    "regions.quality.suspects": "{run} hardly believes {count} of the {of} labels it was tested "
    "on.",
    "regions.quality.suspects.look": "See them on the map",
    "regions.quality.csv": "Notes (CSV)",
    # use my data
    "regions.own": "Use my data",
    "regions.own.about": "A region folder (GeoTIFFs by date, labels) or a samples table (CSV, "
    "Parquet). It is checked at once; nothing stays here unless you keep it.",
    "regions.own.upload": "Upload",
    "regions.own.path": "Path on this machine",
    "regions.own.upload.what": "A zip of a region folder, or a table; at most {archive} MiB, "
    "unpacked {unpacked} GB in {entries} files",
    "regions.own.path.what": "Folder or table",
    "regions.own.path.note": "It is copied into the workspace ({limit} GB at most), so that what "
    "was checked is what is used; the original stays as it is.",
    "regions.own.check": "Check it",
    "regions.own.copying": "Copying: {done} of {total} MB …",
    "regions.own.unpacking": "Unpacking: {done} of {total} MB …",
    "regions.own.checking": "Opening every file and reading its pixels …",
    "regions.own.errors": "It cannot be used yet: {count} problems",
    "regions.own.error": "It cannot be used yet: one problem",
    "regions.own.ok": "{name} can be used",
    "regions.own.warnings": "Guessed or doubtful: {count}",
    "regions.own.found": "What was found",
    "regions.own.more": "{count} more",
    "regions.own.grid": "{crs} · {width} × {height} px · {km2} km² · {megabytes} MB on disk, "
    "{memory} MB as numbers",
    "regions.own.size": "{megabytes} MB on disk, {memory} MB as numbers",
    "regions.own.source": "{source}: {count} dates, {first} to {last}; {bands}",
    "regions.own.classes": "Classes: {classes}",
    "regions.own.class": "{name} ({count})",
    "regions.own.cost": "What it will cost, very roughly on two cores: this check took {check} s · "
    "a quick training {train} s · a map {map} s",
    "regions.own.cost.table": "What it will cost, very roughly on two cores: this check took "
    "{check} s · a quick training {train} s",
    "regions.own.name": "Name",
    "regions.own.keep": "Keep it",
    "regions.own.discard": "Let it go",
    "regions.own.other": "Choose other data",
    "regions.own.kept": "{name} is here now.",
    "regions.own.report": "Report (TXT)",
}

"""Words of the page learning."""

WORDS: dict[str, str] = {
    # whose learning
    "learning.member": "Model of the run",
    "learning.member.final": "Final model",
    "learning.member.fold": "Fold {number}",
    "learning.unfinished": "unfinished",
    "learning.no_run": "No model has learnt from this region yet.",
    "learning.trees": "**{run}** is made of decision trees, which are grown without epochs, so "
    "there is nothing to look back on.",
    "learning.ensemble": "**{run}** is an ensemble: its members had learnt before it was put "
    "together, so there is nothing to look back on.",
    "learning.trees.action": "Show {run}",
    "learning.none": "There is no history of **{run}**: it has not finished an epoch, or came "
    "without one.",
    "learning.soon": "**{run}** has not finished its first epoch; the page follows the training.",
    "learning.live": "In training",
    "learning.live.help": "The page follows it; figures change with each epoch.",
    "learning.elsewhere": "**{run}** learnt from {origin}, not from this region.",
    "learning.about": "{run} · {member}: learnt from {train} samples in {train_groups} fields or "
    "blocks, watched after each epoch on {validation} validation samples in {validation_groups} "
    "others.",
    "learning.agreement": "The labels are a map product: F1 is the agreement with it.",
    # in short
    "learning.metric.kept": "Epoch kept",
    "learning.metric.kept.value": "{epoch} of {last}",
    "learning.metric.kept.help": "The weights of the epoch with the lowest validation loss are "
    "kept; the epochs after it only waited for a better one.",
    "learning.metric.validation": "Macro F1, validation",
    "learning.metric.validation.help": "Validation figures choose the epoch, so they are a little "
    "too kind: judge the model by its test figures.",
    "learning.metric.training": "Macro F1, training",
    "learning.metric.training.help": "On at most 2,000 of the samples it learnt from, measured "
    "like the validation samples.",
    "learning.metric.gap": "Gap, macro F1",
    "learning.metric.gap.help": "Validation minus training at the epoch kept. Far below 0, the "
    "network knows its own samples better than it knows the crops.",
    "learning.metric.gap_loss": "Gap, loss",
    "learning.metric.gap_loss.help": "Validation minus training at the epoch kept. Far above 0, "
    "the network is surer of its own samples than of new ones.",
    "learning.lead.one": "{last} was learnt last (epoch {last_epoch}), {first} first (epoch "
    "{first_epoch}).",
    "learning.lead.many": "{last} were learnt last (epoch {last_epoch}), {first} first (epoch "
    "{first_epoch}).",
    "learning.lead.same": "All classes that settled were learnt in epoch {epoch}: {names}.",
    "learning.lead.open": "Not settled when the weights were kept: {names}.",
    "learning.lead.fall": "Largest step back: {name}, from F1 {high} (epoch {first}) to {low} "
    "(epoch {last}).",
    "learning.and": "{names} and {last}",
    "learning.lead.more": "{names} and {count} more",
    "learning.comma": ", ",
    "learning.no_classes": "This history says nothing about single classes: it is of an earlier "
    "version. Train the model again to record them.",
    # curves
    "learning.curves": "Loss and macro F1",
    "learning.epoch": "Epoch",
    "learning.kept": "kept: {epoch}",
    "learning.axis.loss": "Loss (nats)",
    "learning.axis.f1": "Macro F1",
    "learning.axis.rate": "Rate",
    "learning.axis.class_f1": "F1, validation",
    "learning.curve.seen": "Loss while learning",
    "learning.curve.train": "Training",
    "learning.curve.validation": "Validation",
    "learning.curve.rate": "Learning rate",
    "learning.curve.mean": "Macro F1",
    "learning.curves.alt": "Validation loss {first} after epoch 1, lowest at {best} after epoch "
    "{epoch}, {last} at the end. Dotted: the loss as the optimiser saw it, with dropout and "
    "penalties.",
    "learning.curves.alike": "Training and validation are measured alike, without these.",
    "learning.curves.steps": "The learning rate (below) was lowered at epoch {epochs}.",
    "learning.curves.csv": "Curves (CSV)",
    # when
    "learning.when": "When was each class learnt?",
    "learning.learnt": "Learnt",
    "learning.learnt.hover": "{name}: epoch {epoch}, best F1 {best}",
    "learning.fallen": "Lowest point after a best",
    "learning.fallen.hover": "{name}: −{drop} F1 since epoch {first}",
    "learning.when.alt": "Dot and number: the first epoch from which the class keeps {share} of "
    "its best validation F1 until the weights are kept (– never). Triangle: where it fell "
    "furthest below its best so far, if by {least} or more.",
    "learning.when.csv": "Classes (CSV)",
    # classes
    "learning.classes": "How well was each class known?",
    "learning.classes.epoch": "Epoch to look at",
    "learning.heat.hover": "{name}, epoch {epoch}: F1 {f1}",
    "learning.heat.alt": "F1 of each class (rows) on the validation samples after each epoch "
    "(columns), from 0, dark, to 1, bright; the frame is epoch {epoch}.",
    "learning.heat.unmeasured": "No validation samples, so not shown: {names}.",
    "learning.heat.csv": "F1 of classes (CSV)",
    "learning.table": "Epoch {epoch} against epoch {kept}, which was kept",
    "learning.table.class": "Class",
    "learning.table.samples": "Validation samples",
    "learning.table.then": "F1, epoch {epoch}",
    "learning.table.kept": "F1, kept",
    "learning.table.difference": "Difference",
    "learning.table.alt": "{name} differs most: {difference} F1.",
    "learning.table.same": "No class differs by 0.01 F1 or more.",
    "learning.lines": "Single classes",
    "learning.lines.pick": "Classes",
    "learning.lines.usual": "Learnt last; choose others",
    "learning.lines.alt": "Validation F1 of {names}; dotted grey: the mean of all classes; grey "
    "line: epoch {epoch}.",
    # inside the network
    "learning.inside": "Inside the network",
    "learning.inside.final_only": "A look inside is kept of the final model only.",
    "learning.inside.soon": "The first look inside the network is being taken.",
    "learning.inside.none": "Nobody looked inside **{run}** while it learnt: it was trained before "
    "snapshots were kept, or came without them. A new training with the same settings keeps them.",
    "learning.inside.again": "Train it again",
    "learning.inside.about": "{samples} samples of {groups} validation groups, which the network "
    "never learnt from, equally many of each class as far as there are; the same at every epoch "
    "looked at. Epoch 0 is before the first step.",
    "learning.inside.rhythm": "Early epochs are looked at more often than late ones, always "
    "the last and the one whose weights are kept.",
    "learning.inside.surroundings": "They are pixels in their surroundings, from few blocks of the "
    "region; what a layer makes of the pixel itself is shown.",
    "learning.inside.unseen": "Not among them: {names}.",
    "learning.inside.layer": "Layer",
    "learning.inside.epoch": "Epoch looked at",
    "learning.inside.measure": "Measure",
    "learning.inside.measure.fisher": "Fisher ratio",
    "learning.inside.measure.fisher.help": "Scatter between the classes over scatter within them "
    "(tr S_B / tr S_W); chance alone gives about {chance}.",
    "learning.inside.measure.probe": "Linear probe",
    "learning.inside.measure.probe.help": "Share of the {n} samples that a linear classifier on "
    "this layer names rightly, tested on groups it did not learn from ({groups} groups in folds; "
    "from fold to fold the share varies by {sd}, one standard deviation).",
    "learning.inside.measure.cka": "Likeness to the last",
    "learning.inside.measure.cka.help": "Unbiased linear CKA between a layer at each epoch and the "
    "same layer at the last one looked at: 1 means that it sees the {n} samples as it does in the "
    "end, turned or scaled at most.",
    "learning.inside.measure.silent": "Silent units",
    "learning.inside.measure.silent.help": "Share of a layer's units that are 0 for all {n} "
    "samples. Only layers that cut off below 0 (ReLU) have any.",
    "learning.inside.layers.hover": "{row}, epoch {epoch}: {value}",
    "learning.inside.layers.alt": "Layers (rows, input on top) by epochs looked at (columns); the "
    "frame is epoch {epoch}, at which {layer} has the highest value, {value}.",
    "learning.inside.layers.unmeasured": "There were too few groups to measure it.",
    "learning.inside.layers.csv": "Layers (CSV)",
    "learning.kind.conv": "Convolution",
    "learning.kind.forward": "Forward state",
    "learning.kind.backward": "Backward state",
    "learning.kind.block": "Transformer layer",
    "learning.kind.attention": "Attention",
    "learning.kind.features": "Features",
    "learning.kind.logits": "Logits",
    "learning.inside.scatter": "How the samples lie, epoch {epoch}",
    "learning.inside.component": "Component {number} ({share})",
    "learning.inside.scatter.alt": "{layer}, a point per sample, on the two leading components of "
    "all epochs together ({first} and {second} of the variance), so the axes stay as they are; "
    "each epoch is centred and brought to one spread. "
    "Fisher ratio of the whole layer at this epoch: {ratio}.",
    "learning.inside.scatter.csv": "Points of all epochs (CSV)",
    "learning.inside.dates.fisher": "Fisher ratio by date",
    "learning.inside.dates.fisher.alt": "The measure *Linear probe* shows the probe by date.",
    "learning.inside.dates.probe": "Linear probe by date",
    "learning.inside.dates.probe.alt": "The share of samples that a linear classifier names "
    "rightly from what the layer gives at that date alone.",
    "learning.inside.dates.hover": "{row}, epoch {epoch}: {value}",
    "learning.inside.dates.alt": "{layer}: dates (rows) by epochs looked at (columns). At epoch "
    "{epoch} it tells the classes apart best at {date} ({value}).",
    "learning.inside.dates.rise": "It rises most at {date}, from {before} to {after}.",
    "learning.inside.dates.forward": "A forward state has seen the dates up to its own: where it "
    "rises, the date helped. That holds for the first recurrent layer; deeper ones read states of "
    "both directions, which together have seen all dates.",
    "learning.inside.dates.backward": "A backward state has seen the dates from the last down to "
    "its own: where it rises upwards, the date helped. That holds for the first recurrent layer; "
    "deeper ones read states of both directions, which together have seen all dates.",
    "learning.inside.dates.csv": "Dates (CSV)",
    "learning.inside.positions": "The rows are places within the layer, not dates: it pools dates "
    "or lays branches one after the other.",
    "learning.inside.maps": "Activations by class",
    "learning.inside.maps.hover": "unit {unit}, {date}: {value}",
    "learning.inside.maps.alt": "{layer} at epoch {epoch}: mean activation of its {units} units "
    "(rows) at each date (columns) for each class. Units are in the order of the date that moves "
    "them most in the end.",
    "learning.inside.maps.components": "Drawn from its {kept} leading components, which hold "
    "{share} of the variance.",
    "learning.inside.maps.csv": "Activations (CSV)",
    "learning.inside.units": "Units",
    "learning.inside.activation": "Mean",
    "learning.inside.gates": "Gates by date",
    "learning.inside.gates.epoch": "epoch {epoch}",
    "learning.inside.gates.axis": "Open (0–1)",
    "learning.inside.gates.alt": "{layer} at epoch {epoch}: how far its gates are open, the mean "
    "over units and samples; dotted, epoch {first}.",
    "learning.inside.gates.csv": "Gates (CSV)",
    "learning.gate.input": "Input gate",
    "learning.gate.input.alt": "An open input gate lets the date in.",
    "learning.gate.forget": "Forget gate",
    "learning.gate.forget.alt": "An open forget gate keeps what was known before.",
    "learning.gate.output": "Output gate",
    "learning.gate.output.alt": "An open output gate passes on what is known.",
    "learning.gate.reset": "Reset gate",
    "learning.gate.reset.alt": "An open reset gate reads the date in the light of the state.",
    "learning.gate.update": "Update gate",
    "learning.gate.update.alt": "An open update gate keeps the state; a closed one takes the date.",
    "learning.gate.keep": "Gate",
    "learning.gate.keep.alt": "An open gate keeps the state; a closed one takes the date.",
    "learning.inside.norms": "Weights and their gradients",
    "learning.inside.norms.hover": "{layer}, epoch {epoch}: {value}",
    "learning.inside.norms.kernels": "Weights",
    "learning.inside.norms.gradients": "Gradient",
    "learning.inside.norms.alt": "Norm of each layer's weights (above) and of the gradient of the "
    "cross-entropy with respect to them (below, logarithmic), from purple at the input to "
    "orange. The grey line is epoch {epoch}, at which {layer} is pulled hardest ({value}). A layer "
    "whose gradient is far below the others' hardly learns.",
    "learning.inside.norms.series": "The gradient is of the {samples} samples together, without "
    "dropout.",
    "learning.inside.norms.patch": "The gradient is of those of the {samples} samples that lie in "
    "a few patches of {side} pixels, without dropout.",
    "learning.inside.norms.csv": "Weights (CSV)",
    "learning.inside.attention": "Attention by date (attention, not attribution)",
    "learning.inside.attention.axis": "Attention",
    "learning.inside.attention.alt": "{layer} at epoch {epoch}: line, the median of a class; band, "
    "its middle half; dotted, equal weight for every date. {name} is weighed most at {date}. "
    "Heads, and the dates that ask, are averaged. Where a network looks is not yet why it decides. "
    "Classes are those chosen under *Single classes*.",
    "learning.inside.attention.csv": "Attention (CSV)",
}

"""Words of the page learning."""

WORDS: dict[str, str] = {
    # whose learning
    "learning.member": "运行中的模型",
    "learning.member.final": "最终模型",
    "learning.member.fold": "第 {number} 折",
    "learning.unfinished": "未完成",
    "learning.no_run": "还没有模型学习过此区域。",
    "learning.trees": "**{run}** 由决策树构成，训练不分轮次，因此没有可供回顾的过程。",
    "learning.ensemble": "**{run}** 是集成模型：各成员在组合之前已完成训练，因此没有可供回顾的过程。",
    "learning.trees.action": "查看 {run}",
    "learning.none": "**{run}** 没有训练记录：它尚未完成一个轮次，或导入时未附带记录。",
    "learning.soon": "**{run}** 尚未完成第一个轮次；本页会跟随训练自动更新。",
    "learning.live": "训练中",
    "learning.live.help": "本页跟随训练更新；每完成一个轮次，数字都会变化。",
    "learning.elsewhere": "**{run}** 学习的是 {origin}，而不是此区域。",
    "learning.about": "{run} · {member}：用 {train_groups} 个地块或分块中的 {train} 个样本学习，"
    "每个轮次后用另外 {validation_groups} 个地块或分块中的 {validation} 个验证样本检查。",
    "learning.agreement": "标签来自地图产品：F1 表示与该产品的一致性。",
    # in short
    "learning.metric.kept": "保留的轮次",
    "learning.metric.kept.value": "{epoch} / {last}",
    "learning.metric.kept.help": "保留验证损失最低的轮次的权重；其后的轮次只是在等待更好的结果。",
    "learning.metric.validation": "宏平均 F1，验证",
    "learning.metric.validation.help": "轮次由验证指标选出，因此验证指标略偏乐观："
    "请以测试指标评价模型。",
    "learning.metric.training": "宏平均 F1，训练",
    "learning.metric.training.help": "在至多 2,000 个训练样本上测得，方法与验证样本相同。",
    "learning.metric.gap": "差距，宏平均 F1",
    "learning.metric.gap.help": "保留轮次的验证值减训练值。远低于 0 时，网络对自己的样本比对作物"
    "更熟悉。",
    "learning.metric.gap_loss": "差距，损失",
    "learning.metric.gap_loss.help": "保留轮次的验证值减训练值。远高于 0 时，网络对自己的样本比对"
    "新样本更有把握。",
    "learning.lead.one": "{last}最晚学会（第 {last_epoch} 轮），"
    "{first}最早（第 {first_epoch} 轮）。",
    "learning.lead.many": "{last}最晚学会（第 {last_epoch} 轮），"
    "{first}最早（第 {first_epoch} 轮）。",
    "learning.lead.same": "所有已稳定的类别都在第 {epoch} 轮学会：{names}。",
    "learning.lead.open": "保留权重时尚未稳定：{names}。",
    "learning.lead.fall": "最大的退步：{name}，F1 由 {high}（第 {first} 轮）降至 {low}"
    "（第 {last} 轮）。",
    "learning.and": "{names}和{last}",
    "learning.lead.more": "{names}等另外 {count} 类",
    "learning.comma": "、",
    "learning.no_classes": "此记录来自较早的版本，不含各类别的信息。重新训练模型即可记录。",
    # curves
    "learning.curves": "损失与宏平均 F1",
    "learning.epoch": "轮次",
    "learning.kept": "保留：{epoch}",
    "learning.axis.loss": "损失（nat）",
    "learning.axis.f1": "宏平均 F1",
    "learning.axis.rate": "学习率",
    "learning.axis.class_f1": "F1，验证",
    "learning.curve.seen": "学习过程中的损失",
    "learning.curve.train": "训练",
    "learning.curve.validation": "验证",
    "learning.curve.rate": "学习率",
    "learning.curve.mean": "宏平均 F1",
    "learning.curves.alt": "验证损失：第 1 轮后为 {first}，第 {epoch} 轮后最低，为 {best}，"
    "结束时为 {last}。点线：优化器所见的损失，含 dropout 与惩罚项。",
    "learning.curves.alike": "训练与验证的测量方法相同，均不含这两项。",
    "learning.curves.steps": "学习率（下图）在第 {epochs} 轮降低。",
    "learning.curves.csv": "曲线（CSV）",
    # when
    "learning.when": "各类别何时学会？",
    "learning.learnt": "学会",
    "learning.learnt.hover": "{name}：第 {epoch} 轮，最佳 F1 {best}",
    "learning.fallen": "最佳之后的最低点",
    "learning.fallen.hover": "{name}：自第 {first} 轮起 F1 −{drop}",
    "learning.when.alt": "圆点和数字：自该轮次起直到保留权重，该类别的验证 F1 始终不低于其最佳值的 "
    "{share}（– 表示从未）。三角：跌至此前最佳值以下最多之处，跌幅至少 {least} 时显示。",
    "learning.when.csv": "类别（CSV）",
    # classes
    "learning.classes": "各类别掌握得如何？",
    "learning.classes.epoch": "查看的轮次",
    "learning.heat.hover": "{name}，第 {epoch} 轮：F1 {f1}",
    "learning.heat.alt": "每个轮次（列）之后各类别（行）在验证样本上的 F1，由 0（暗）到 1（亮）；"
    "方框为第 {epoch} 轮。",
    "learning.heat.unmeasured": "没有验证样本，因此未显示：{names}。",
    "learning.heat.csv": "各类别 F1（CSV）",
    "learning.table": "第 {epoch} 轮与保留的第 {kept} 轮对比",
    "learning.table.class": "类别",
    "learning.table.samples": "验证样本",
    "learning.table.then": "F1，第 {epoch} 轮",
    "learning.table.kept": "F1，保留",
    "learning.table.difference": "差值",
    "learning.table.alt": "{name}差别最大：F1 {difference}。",
    "learning.table.same": "没有类别的 F1 相差达到 0.01。",
    "learning.lines": "单个类别",
    "learning.lines.pick": "类别",
    "learning.lines.usual": "最晚学会的类别；可另选",
    "learning.lines.alt": "{names}的验证 F1；灰色点线：所有类别的均值；灰线：第 {epoch} 轮。",
}

"""Words of the page learning."""

WORDS: dict[str, str] = {
    # whose learning
    "learning.member": "运行中的模型",
    "learning.member.final": "最终模型",
    "learning.member.fold": "第 {number} 折",
    "learning.unfinished": "未完成",
    "learning.no_run": "还没有模型学习过此区域。",
    "learning.trees": "**{run}** 由决策树构成，训练不分轮次，因此没有可供回顾的过程。",
    "learning.ensemble": "**{run}** 是集成模型：各成员在组合之前已完成训练，"
    "因此没有可供回顾的过程。",
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
    # inside the network
    "learning.inside": "网络内部",
    "learning.inside.final_only": "只保留最终模型的内部快照。",
    "learning.inside.soon": "正在拍摄第一份网络内部快照。",
    "learning.inside.none": "没有 **{run}** 学习过程的内部快照：它在快照功能出现之前训练，"
    "或导入时未附带快照。以相同设置重新训练即可保留快照。",
    "learning.inside.again": "重新训练",
    "learning.inside.about": "{samples} 个样本，来自 {groups} 个验证分组，网络从未用它们学习；"
    "各类别的数量尽可能相等，每个查看的轮次都使用同一批样本。第 0 轮为训练开始之前。",
    "learning.inside.rhythm": "训练早期的轮次查看得较密，之后逐渐变疏；"
    "最后一轮和保留权重的轮次始终有快照。",
    "learning.inside.surroundings": "样本是带有周边环境的像元，取自区域内的少数分块；"
    "此处显示各层在该像元处的输出。",
    "learning.inside.unseen": "其中没有：{names}。",
    "learning.inside.layer": "网络层",
    "learning.inside.epoch": "查看的轮次",
    "learning.inside.measure": "指标",
    "learning.inside.measure.fisher": "Fisher 比",
    "learning.inside.measure.fisher.help": "类间离散度与类内离散度之比（tr S_B / tr S_W）；"
    "仅由偶然造成时约为 {chance}。",
    "learning.inside.measure.probe": "线性探针",
    "learning.inside.measure.probe.help": "以该层输出训练的线性分类器在 {n} 个样本中判对的比例，"
    "在未参与其学习的分组上检验（{groups} 个分组分为若干折；各折之间的标准差为 {sd}）。",
    "learning.inside.measure.cka": "与最后一轮的相似度",
    "learning.inside.measure.cka.help": "某层在各轮次与其在最后查看轮次之间的无偏线性 CKA："
    "1 表示它看待这 {n} 个样本的方式与最终相同，至多相差旋转或缩放。",
    "learning.inside.measure.silent": "静默单元",
    "learning.inside.measure.silent.help": "对全部 {n} 个样本输出均为 0 的单元所占比例。"
    "只有截去负值（ReLU）的层才会出现。",
    "learning.inside.layers.hover": "{row}，第 {epoch} 轮：{value}",
    "learning.inside.layers.alt": "各网络层（行，输入端在上）在各查看轮次（列）的数值；"
    "方框为第 {epoch} 轮，其中{layer}最高，为 {value}。",
    "learning.inside.layers.unmeasured": "分组太少，无法测量。",
    "learning.inside.layers.csv": "网络层（CSV）",
    "learning.kind.conv": "卷积",
    "learning.kind.forward": "前向状态",
    "learning.kind.backward": "后向状态",
    "learning.kind.block": "Transformer 层",
    "learning.kind.attention": "注意力",
    "learning.kind.features": "特征",
    "learning.kind.logits": "Logits",
    "learning.inside.scatter": "样本的分布，第 {epoch} 轮",
    "learning.inside.component": "第 {number} 主成分（{share}）",
    "learning.inside.scatter.alt": "{layer}，每点为一个样本，坐标为所有轮次合并计算的前两个主成分"
    "（占方差的 {first} 和 {second}），因此坐标轴保持不变；"
    "各轮次均已中心化并统一离散程度。该轮次整层的 Fisher 比：{ratio}。",
    "learning.inside.scatter.csv": "所有轮次的点（CSV）",
    "learning.inside.dates.fisher": "各日期的 Fisher 比",
    "learning.inside.dates.fisher.alt": "将指标改为*线性探针*，可查看各日期的探针。",
    "learning.inside.dates.probe": "各日期的线性探针",
    "learning.inside.dates.probe.alt": "仅凭该层在该日期的输出，线性分类器判对的样本比例。",
    "learning.inside.dates.hover": "{row}，第 {epoch} 轮：{value}",
    "learning.inside.dates.alt": "{layer}：各日期（行）在各查看轮次（列）的数值。第 {epoch} 轮时，"
    "它在 {date} 最能区分各类别（{value}）。",
    "learning.inside.dates.rise": "在 {date} 上升最多，从 {before} 升至 {after}。",
    "learning.inside.dates.forward": "前向状态只见过截至当日的观测：数值上升处，"
    "即该日期有助于区分。这适用于第一个循环层；更深的层读取两个方向的状态，"
    "二者合起来已见过所有日期。",
    "learning.inside.dates.backward": "后向状态见过从最后日期倒推至当日的观测：自下而上数值上升处，"
    "即该日期有助于区分。这适用于第一个循环层；更深的层读取两个方向的状态，"
    "二者合起来已见过所有日期。",
    "learning.inside.dates.csv": "日期（CSV）",
    "learning.inside.positions": "各行是层内的位置而非日期："
    "该层对日期作了池化，或将各分支首尾相接。",
    "learning.inside.maps": "各类别的激活",
    "learning.inside.maps.hover": "单元 {unit}，{date}：{value}",
    "learning.inside.maps.alt": "{layer}，第 {epoch} 轮：其 {units} 个单元（行）在各日期（列）"
    "对每个类别的平均激活。单元按最终激活最强的日期排序。",
    "learning.inside.maps.components": "由其前 {kept} 个主成分绘出，占方差的 {share}。",
    "learning.inside.maps.csv": "激活（CSV）",
    "learning.inside.units": "单元",
    "learning.inside.activation": "均值",
    "learning.inside.gates": "各日期的门控",
    "learning.inside.gates.epoch": "第 {epoch} 轮",
    "learning.inside.gates.axis": "开启程度（0–1）",
    "learning.inside.gates.alt": "{layer}，第 {epoch} 轮：各门的开启程度，为各单元和样本的平均；"
    "点线为第 {first} 轮。",
    "learning.inside.gates.csv": "门控（CSV）",
    "learning.gate.input": "输入门",
    "learning.gate.input.alt": "输入门开启时，当日的观测得以进入。",
    "learning.gate.forget": "遗忘门",
    "learning.gate.forget.alt": "遗忘门开启时，保留此前所知。",
    "learning.gate.output": "输出门",
    "learning.gate.output.alt": "输出门开启时，将所知传出。",
    "learning.gate.reset": "重置门",
    "learning.gate.reset.alt": "重置门开启时，结合状态来解读当日的观测。",
    "learning.gate.update": "更新门",
    "learning.gate.update.alt": "更新门开启时保留状态，关闭时采纳当日的观测。",
    "learning.gate.keep": "门",
    "learning.gate.keep.alt": "门开启时保留状态，关闭时采纳当日的观测。",
    "learning.inside.norms": "权重及其梯度",
    "learning.inside.norms.hover": "{layer}，第 {epoch} 轮：{value}",
    "learning.inside.norms.kernels": "权重",
    "learning.inside.norms.gradients": "梯度",
    "learning.inside.norms.alt": "各层权重的范数（上）以及交叉熵对其梯度的范数（下，对数坐标）；"
    "颜色从输入端的紫色到输出端的橙色，灰线为第 {epoch} 轮，此时 {layer} 的梯度最大（{value}）。"
    "梯度远低于其他层，说明该层几乎没有在学习。",
    "learning.inside.norms.series": "梯度由全部 {samples} 个样本共同得出，不使用 dropout。",
    "learning.inside.norms.patch": "梯度由 {samples} 个样本中位于少数 {side} 像素图块内的样本得出，"
    "不使用 dropout。",
    "learning.inside.norms.csv": "权重（CSV）",
    "learning.inside.attention": "各日期的注意力（注意力并非归因）",
    "learning.inside.attention.axis": "注意力",
    "learning.inside.attention.alt": "{layer}，第 {epoch} 轮：线为某类别的中位数，"
    "色带为其中间一半；"
    "点线为各日期权重相等。{name}在 {date} 权重最大。各注意力头及各提问日期取平均。"
    "网络看向何处，并不等于它为何如此判断。所示类别为*单个类别*中所选的类别。",
    "learning.inside.attention.csv": "注意力（CSV）",
}

"""Words of the page that compares two runs."""

WORDS = {
    # choosing
    "compare.pick.a": "基准（A）",
    "compare.pick.b": "对比（B）",
    "compare.swap": "交换 A 与 B",
    "compare.none": "还没有训练好的模型，无从比较。",
    "compare.one": "{run} 是此区域唯一的模型；比较需要第二个模型。",
    "compare.one.action": "再训练一个模型",
    "compare.same": "A 与 B 都是 {run}，没有任何差别。",
    "compare.same.action": "与 {run} 比较",
    "compare.legends": "两个模型的类别不同，因此指标无法比较，但地图可以比较。仅 A 有：{a}。仅 "
    "B 有：{b}。",
    "compare.elsewhere": "两个模型的训练数据不同：A 为 {a}，B 为 {b}。它们没有共同的测试样本，"
    "因此只比较地图。",
    "compare.untested": "{run} 没有保存测试结果（由旧版本生成，或导入时未附带），"
    "因此只能比较地图。",
    "compare.loading": "正在用共同的测试样本进行比较……",
    # the outcome
    "compare.summary": "{outcome}{samples}",
    "compare.summary.higher": "**宏平均 F1：B 高 {delta}**（95 % 区间 {low} 至 {high}），",
    "compare.summary.lower": "**宏平均 F1：B 低 {delta}**（95 % 区间 {low} 至 {high}），",
    "compare.summary.unsure": "**宏平均 F1：无明确差异**（B − A = {signed}，95 % 区间 {low} 至 "
    "{high}），",
    "compare.summary.on.reference_data": "基于 {groups} 个分组中的 {n} 个测试样本，"
    "两个模型均未学习过这些样本。",
    "compare.summary.on.map_product": "基于 {groups} 个分组中的 {n} 个测试样本，"
    "两个模型均未学习过这些样本。"
    "标签来自地图产品，因此指标表示一致性，而非精度。",
    "compare.summary.elsewhere": "这些指标来自两个模型的训练区域 {origin}，不能说明它们在 "
    "{region} 的表现。",
    # map
    "compare.swipe": "拖动以查看更多 A 或 B",
    "compare.map.swipe": "分割线左侧为 A，右侧为 B：可拖动分割线或使用方向键。点击以选择像元。",
    "compare.map.agreement": "逐像元比较两幅地图。点击以选择像元。",
    "compare.area.class": "类别",
    "compare.area.note": "各类别面积，按像元计数，未按制图误差修正。",
    "compare.scope": "计入的有标签像元",
    "compare.scope.all": "全部有标签像元",
    "compare.scope.kept": "双方的测试像元",
    "compare.verdict.labelled": "有标签：{area} 公顷",
    "compare.verdict.bare": "无标签：{area} 公顷",
    "compare.verdict.both_right": "两者均正确",
    "compare.verdict.only_a": "仅 A 正确",
    "compare.verdict.only_b": "仅 B 正确",
    "compare.verdict.both_wrong": "两者均错误",
    "compare.verdict.same": "类别相同",
    "compare.verdict.other": "类别不同",
    "compare.verdict.note.all": "“正确”指与参考标签类别相同。大多数有标签像元也参与了模型训练，"
    "因此这些比例对两者都偏于乐观。",
    "compare.verdict.note.kept": "仅包括两个模型均未学习过的测试分组中的像元；其余留空。",
    "compare.verdict.note.none": "此处没有参考标签，因此只将两幅地图相互比较。",
    "compare.verdict.csv": "一致性（CSV）",
    # pixel
    "compare.pixel": "第 {row} 行，第 {col} 列",
    "compare.pixel.confidence": "校准置信度 {percent} %",
    "compare.pixel.blank": "始终有云",
    "compare.pixel.none": "点击地图，或输入纬度和经度，查看两个模型对该像元的判断。",
    "compare.pixel.why": "为什么？查看作物图",
    # figures
    "compare.metrics.reference_data": "测试样本上的精度",
    "compare.metrics.map_product": "测试样本上与地图产品的一致性",
    "compare.metrics.interval": "95 % 区间",
    "compare.metrics.range": "{low} 至 {high}",
    "compare.metrics.sides": "A 更好 ◂ ▸ B 更好",
    "compare.metrics.note": "B − A 的区间由按组自助法得到（{draws} 次抽样）。加粗并以实色绘制："
    "区间不含 0。",
    "compare.metrics.csv": "指标（CSV）",
    "compare.figure.overall_accuracy.reference_data": "总体精度",
    "compare.figure.overall_accuracy.map_product": "总体一致性",
    "compare.figure.macro_f1.reference_data": "宏平均 F1",
    "compare.figure.macro_f1.map_product": "一致性的宏平均 F1",
    "compare.figure.kappa.reference_data": "Kappa",
    "compare.figure.kappa.map_product": "Kappa",
    "compare.figure.ece.reference_data": "校准误差（ECE），越低越好",
    "compare.figure.ece.map_product": "校准误差（ECE），越低越好",
    "compare.figure.f1": "F1 {name}（n = {n}）",
    "compare.split.kept": "{groups} 个分组中的 {n} 个样本，两个模型均保留作测试。两者对其中 "
    "{share} 给出相同类别。",
    "compare.split.folds": "{groups} 个分组中的 {n} 个样本，各由未见过该分组的折模型作答。"
    "两者对其中 {share} 给出相同类别。",
    "compare.split.mixed": "{groups} 个分组中的 {n} 个样本，一方保留作测试，"
    "另一方由未见过它们的折模型作答。"
    "两者对其中 {share} 给出相同类别。",
    "compare.caution.few_common": "A 的测试样本为 {a} 个，B 为 {b} 个：这里是两者共有的样本。",
    "compare.caution.few_groups": "分组太少，区间较为粗略。",
    "compare.caution.missing": "共同测试样本中没有{names}：宏平均 F1 只针对其余类别。",
    "compare.votes": "McNemar 检验，每组一票：A 在 {a} 个组中更好，B 在 {b} 个组中更好，{tied} "
    "个组持平；{p}。",
    # confusion
    "compare.confusion": "哪些类别被混淆",
    "compare.confusion.true": "真实类别",
    "compare.confusion.given": "判定类别",
    "compare.confusion.share": "占真实类别的 %",
    "compare.confusion.points": "B − A，百分点",
    "compare.confusion.hover.a": "{true} → {given}<br>A：{n} 个样本，占真实类别的 {share} %",
    "compare.confusion.hover.b": "{true} → {given}<br>B：{n} 个样本，占真实类别的 {share} %",
    "compare.confusion.hover.delta": "{true} → {given}<br>B − A：{n} 个样本，{share} 个百分点",
    "compare.confusion.alt": "行为真实类别，列为判定类别，共 {n} 个测试样本。"
    "单元格内为样本数和占真实类别的 %（B − A 中为百分点）。在 B − A 中，紫色表示 B 更多，"
    "橙色表示 A 更多。{worst}",
    "compare.confusion.worst": "{side} 最大的混淆：{n} 个{true}样本被判为{given}。",
    "compare.confusion.csv": "矩阵（CSV）",
    "compare.cell": "单元格：点击上图，或在此选择",
    "compare.cell.none": "无",
    "compare.cell.name": "{true} → {given} · A {a} · B {b}",
    "compare.samples": "**{true} → {given}**：A {a} 个样本，B {b} 个，两者共有 {both} 个。",
    "compare.samples.drawn": "地图上勾出了 {n} 个中的 {drawn} 个：橙色仅 A，蓝色仅 B，"
    "白色两者皆是。",
    "compare.samples.elsewhere": "未在地图上勾出：它们不是此区域的像元。",
    "compare.samples.csv": "样本（CSV）",
    "compare.samples.id": "样本",
    "compare.samples.row": "行",
    "compare.samples.col": "列",
    "compare.samples.group": "分组",
    "compare.samples.reference": "参考标签",
    "compare.samples.a": "A",
    "compare.samples.percent_a": "A 置信度 %",
    "compare.samples.b": "B",
    "compare.samples.percent_b": "B 置信度 %",
    # cost, settings
    "compare.cost": "代价",
    "compare.cost.parameters": "参数量（随机森林为节点数）",
    "compare.cost.seconds": "训练时间，秒",
    "compare.cost.speed": "此区域制图速度，像元/秒",
    "compare.cost.megabytes": "模型文件，MB",
    "compare.cost.note": "时间取自实际运行的机器，机器可能不同。",
    "compare.settings": "设置",
    "compare.settings.which": "哪些设置",
    "compare.settings.different": "仅差异",
    "compare.settings.all": "全部",
    "compare.settings.name": "设置项",
    "compare.settings.same": "所有设置均相同。",
}

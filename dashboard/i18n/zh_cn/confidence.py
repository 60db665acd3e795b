"""Words of the page on confidence."""

WORDS = {
    # on what it was tested
    "confidence.origin": "置信度是否可信，是在 {region} 的 {n} 个测试样本（{groups} 个分组）上检验"
    "的：{split}。各比例均指这些样本，而非土地面积。",
    "confidence.split.held": "留作测试的分组，模型从未见过",
    "confidence.split.folds": "按分组划分为 {folds} 折，每一折都由未见过它的模型作答；地图由另一个"
    "学习了全部分组的模型生成",
    "confidence.elsewhere": "置信度的检验在 **{origin}** 进行，而不是在 {region}。换一片土地或换一"
    "个年份，模型可能过于自信，而此处的任何数字都不会显示出来。",
    "confidence.untested": "{run} 没有保存测试结果（由旧版本生成，或导入时未附带），因此无从得知其"
    "置信度是否可信。",
    "confidence.damaged": "{run} 的测试结果无法读取，因此无从得知其置信度是否可信。",
    "confidence.untested.action": "现在重新测试其模型",
    "confidence.measuring": "正在读取 {run} 的数据并重新测试……",
    # the threshold
    "confidence.threshold": "显示的最低置信度，%",
    "confidence.bought.reference_data": "保留的测试样本中正确的比例",
    "confidence.bought.map_product": "保留的测试样本中与地图产品一致的比例",
    "confidence.bought.of": "保留 {all} 个测试样本中的 {n} 个（{share}），来自 {groups} 个分组",
    "confidence.bought.not_map": "仅就测试样本而言；整幅地图并未逐一核实。",
    "confidence.interval": "95 %：{low}–{high}",
    "confidence.interval.none": "分组少于两个，无置信区间",
    "confidence.interval.flat": "各分组之间没有差别，无置信区间",
    "confidence.land": "保留的土地",
    "confidence.ha": "{area} 公顷",
    "confidence.land.of": "占已制图 {area} 公顷的 {share}；{blank} 公顷留空。按像元计数，未按制图"
    "误差修正。",
    "confidence.counting": "正在统计像元……",
    "confidence.table.class": "类别",
    "confidence.table.all": "总计，公顷",
    "confidence.table.kept": "保留，公顷",
    "confidence.table.share": "保留，%",
    "confidence.land.csv": "面积（CSV）",
    "confidence.pixel.none": "请点击地图上的像元，或输入其纬度和经度。",
    "confidence.pixel.kept": "**{name}** · 校准置信度 {percent} %",
    "confidence.pixel.left": "**{name}** · 校准置信度 {percent} %：低于阈值，未显示",
    "confidence.pixel.blank": "此处地图为空：地面始终被云遮挡。",
    "confidence.pixel.why": "为什么？查看作物分布图",
    # risk and coverage
    "confidence.risk": "舍弃不确定的部分有多大收益？",
    "confidence.risk.words.reference_data": "置信度不低于 **{least} %** 时，保留 {share} 的测试样"
    "本，其中 **{wrong}** 错误；全部保留时为 {overall}。",
    "confidence.risk.words.map_product": "置信度不低于 **{least} %** 时，保留 {share} 的测试样本，"
    "其中 **{wrong}** 与地图产品不一致；全部保留时为 {overall}。",
    "confidence.risk.all.reference_data": "全部保留时，**{overall}** 的测试样本错误。移动滑块即可"
    "舍弃不确定的部分。",
    "confidence.risk.all.map_product": "全部保留时，**{overall}** 的测试样本与地图产品不一致。移动"
    "滑块即可舍弃不确定的部分。",
    "confidence.risk.flawless": "没有{wrong}的测试样本，因此不确定性无从指出。",
    "confidence.risk.none": "没有测试样本达到 {least} %。",
    "confidence.risk.alt": "从最确定的样本开始逐步保留（横轴），以及其中{wrong}的比例（纵轴）。曲"
    "线左侧越低，不确定性就越能指出这些样本；菱形为所选阈值及其按分组自助抽样的 95 % 区间。",
    "confidence.risk.help": "AURC：曲线下面积，越小越好。AUROC：{wrong}的样本其置信度低于{right}的"
    "样本的概率；0.5 相当于抛硬币。",
    "confidence.risk.csv": "曲线（CSV）",
    "confidence.measure": "确定程度的度量",
    "confidence.measure.p_max": "置信度",
    "confidence.measure.margin": "与次优类别的概率差",
    "confidence.measure.entropy": "熵",
    "confidence.chance": "随机舍弃",
    "confidence.best": "错误全部排在最后",
    "confidence.chosen": "所选阈值",
    "confidence.aurc": "AURC，%",
    "confidence.auroc": "AUROC",
    "confidence.coverage": "保留的测试样本",
    "confidence.risk.axis.reference_data": "保留样本中错误的比例",
    "confidence.risk.axis.map_product": "保留样本中不一致的比例",
    # reliability
    "confidence.true": "它的置信度可信吗？",
    "confidence.show": "概率",
    "confidence.calibrated": "校准后",
    "confidence.softmax": "softmax",
    "confidence.both": "两者",
    "confidence.bins": "分箱数",
    "confidence.diagonal": "完全可信",
    "confidence.few": "少于 {few} 个分组",
    "confidence.stated": "分箱的平均置信度",
    "confidence.samples": "样本数",
    "confidence.share.reference_data": "正确比例",
    "confidence.share.map_product": "一致比例",
    "confidence.right.reference_data": "正确",
    "confidence.right.map_product": "与地图产品一致",
    "confidence.wrong.reference_data": "错误",
    "confidence.wrong.map_product": "与地图产品不一致",
    "confidence.bin": "{low}–{high}：n = {n}，{groups} 个分组",
    "confidence.bin.words": "在置信度为 {low}–{high} % 的 {n} 个样本中，**{share}** {right}（"
    "{interval}；{groups} 个分组）。",
    "confidence.verdict.over": "**过于自信。** 平均置信度为 {stated}，而 {share} {right}：相差 "
    "{gap} 个百分点（95 %：{low} … {high}）。",
    "confidence.verdict.under": "**过于保守。** 平均置信度为 {stated}，而 {share} {right}：相差 "
    "{gap} 个百分点（95 %：{low} … {high}）。",
    "confidence.verdict.fair": "**就这些分组而言，既不过于自信，也不过于保守。** 平均置信度为 "
    "{stated}，{share} {right}：相差 {gap} 个百分点（95 %：{low} … {high}）。",
    "confidence.verdict.unknown": "平均置信度为 {stated}，{share} {right}：相差 {gap} 个百分点。所"
    "有样本同属一个分组，因此无法得知这一结论的可靠程度。",
    "confidence.true.alt": "圆点：等宽分箱中{right}样本的比例与平均置信度，附按分组自助抽样的 95 "
    "% 区间；虚线以下为过于自信，以上为过于保守。空心：少于 {few} 个分组，说明不了问题。条形：各分"
    "箱的样本数。",
    "confidence.true.csv": "可靠性图（CSV）",
    "confidence.calibrated.better": "校准使 ECE 从 {before} 变为 {after}。",
    "confidence.calibrated.worse": "校准在此没有帮助：ECE 从 {before} 变为 {after}。其唯一的温度参"
    "数是在另外的分组上拟合的。",
    "confidence.score": "越小越好",
    "confidence.score.ece": "ECE，{bins} 个等宽分箱",
    "confidence.score.equal_mass": "ECE，{bins} 个等频分箱",
    "confidence.score.nll": "负对数似然，奈特",
    "confidence.score.brier": "Brier 评分，0–2",
    "confidence.score.help": "ECE：置信度与实际比例之间的平均差距。负对数似然：对自信却落空的预测"
    "惩罚最重。Brier：各类别概率与真实情况的均方距离。softmax 经一个在验证分组上拟合的温度参数得到"
    "校准概率。",
    # classes
    "confidence.classes": "哪些类别的置信度过高？",
    "confidence.classes.class": "给出的类别",
    "confidence.classes.given": "给出该类的样本",
    "confidence.classes.groups": "分组",
    "confidence.classes.stated": "平均置信度，%",
    "confidence.classes.true.reference_data": "正确，%",
    "confidence.classes.true.map_product": "一致，%",
    "confidence.classes.gap": "差距，百分点（95 %）",
    "confidence.classes.reading": "解读",
    "confidence.classes.n": "该类样本",
    "confidence.classes.found": "被识别，%",
    "confidence.classes.alt": "每行：被给出某一类别的测试样本、其平均校准置信度、其中{right}的比"
    "例，以及两者的差距与按分组自助抽样的区间。最后两列为参考标签属于该类的样本数，以及其中被识别"
    "的比例（召回率）。少于 {few} 个分组时不作解读。",
    "confidence.classes.csv": "类别（CSV）",
    "confidence.reading.over": "过于自信",
    "confidence.reading.under": "过于保守",
    "confidence.reading.fair": "无明显差距",
    "confidence.reading.few": "分组太少",
}

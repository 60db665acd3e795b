"""Words of the crop map."""

WORDS = {
    # legend
    "legend.item": "{name} · {area} 公顷 · {share}",
    "legend.only": "仅此类",
    "legend.all": "全部显示",
    "legend.confidence": "所示类别的校准概率，%",
    "legend.margin": "最可能的两个类别的概率之差，百分点；越亮越确定",
    "legend.entropy": "类别概率的熵，占其最大值的 %；越亮越确定",
    "legend.clear": "生长季内的清晰获取次数，取观测最少的数据源",
    "legend.right.reference_data": "正确",
    "legend.right.map_product": "与地图产品一致",
    "legend.wrong.reference_data": "错误",
    "legend.wrong.map_product": "与地图产品不一致",
    "legend.errors": "有参考标签之处的地图。其中大部分土地参与了模型的学习，"
    "因此正确的比例并不是精度。",
    "legend.total": "共 {area} 公顷；按像元计数，未按制图误差修正。",
    "legend.labels": "{area} 公顷有标签。",
    # pixel
    "place.lat": "纬度，°",
    "place.lon": "经度，°",
    "place.go": "前往",
    "place.about": "第 {row} 行，第 {col} 列 · E {x} N {y}（{crs}）",
    "place.bad": "纬度为 −90 至 90 的数，经度为 −180 至 180 的数，例如 {lat} 和 {lon}。",
    "pixel.scores": "softmax {raw}，校准后 {calibrated}",
    "pixel.scores.help": "softmax 是网络自身的得分，往往过于自信。校准概率在另外保留的地块上拟合："
    "在校准概率为 {calibrated} 的像元中，约有这一比例是正确的。",
    "pixel.members": "{count} 个成员中有 {votes} 个判为{name}",
    "pixel.members.other": "，{votes} 个判为{name}",
    "pixel.members.help": "成员平均结果的不确定性（熵，0 至 1）为 {total}："
    "其中 {within} 来自各成员自身，{between} 来自成员之间的分歧。",
    "pixel.reference": "参考标签",
    "pixel.reference.none": "此处没有",
    "pixel.reference.same": "与模型一致",
    "pixel.reference.other": "与模型不同",
    "pixel.top": "最可能的类别",
    "pixel.top.alt": "条形和数字：校准概率。菱形：softmax。",
    "pixel.empty": "尚未选择像元：请点击地图，或输入纬度和经度。",
    "pixel.empty.action": "查看示例",
    "pixel.outside": "该点位于此区域影像之外。",
    "pixel.never_clear": "在模型的生长季内，此像元始终有云。",
    "pixel.another": "换一个像元",
    "pixel.no_run": "还没有模型学习过此区域，因此无从询问。",
    # suspects
    "suspects": "待复查的标签",
    "suspects.help": "未见过该地块的模型很难相信的标签，由置信学习（confident learning，"
    "Northcutt 等，2021）找出。",
    "suspects.loading": "正在将标签与模型的回答比较……",
    "suspects.elsewhere": "{run} 并未学习 {region}，因此从未用其标签测试过。",
    "suspects.untested": "{run} 的测试结果没有保存，因此无法检查其标签。",
    "suspects.among.all.parcels": "{of} 个地块中有 {count} 个；每个地块都由未见过它的模型判断。",
    "suspects.among.all.samples": "{of} 个样本中有 {count} 个；每个样本都由未见过它的模型判断。",
    "suspects.among.kept.parcels": "留作测试的 {of} 个地块中有 {count} 个；"
    "使用交叉验证（折）训练的运行会检查全部地块。",
    "suspects.among.kept.samples": "留作测试的 {of} 个样本中有 {count} 个；"
    "使用交叉验证（折）训练的运行会检查全部样本。",
    "suspects.none": "没有看起来有误的标签：{among}",
    "suspects.folds": "用交叉验证训练",
    "suspects.question": "可疑只是一个疑问，并不证明标签有误：对模型而言，错误的标签、"
    "混种的地块和罕见的品种看起来是一样的。修改标签之前，请先查看时间序列。",
    "suspects.learnt": "地图显示的是最终模型，它也学习过这些标签，可能会重复其中的错误；"
    "列表询问的则是未见过它们的模型。",
    "suspects.first": "在地图上显示第一个",
    "suspects.next": "在地图上显示下一个",
    "suspects.one": "第 {number} 个，共 {count} 个：**{id}** 的标签是 **{label}**（{p_label}），"
    "模型认为更可能是 **{suggested}**（{p_suggested}）。",
    "suspects.column.id": "名称",
    "suspects.column.label": "标签",
    "suspects.column.suggested": "模型判断",
    "suspects.column.p_label": "p（标签）",
    "suspects.column.p_suggested": "p（模型）",
    "suspects.column.pixels": "像元数",
    "suspects.alt": "{count} 个标签，最不可信的在前，在地图上以粉色勾出；选择一行即可前往。"
    "p：该地块或样本的平均校准概率。",
    "suspects.csv": "待复查的标签（CSV）",
    # series
    "series": "卫星观测到什么",
    "series.bands": "波段",
    "series.reflectance": "反射率（0–1）",
    "series.dB": "后向散射（dB）",
    "series.linear": "后向散射（功率）",
    "series.index": "指数",
    "series.model": "{band}，模型输入",
    "series.clear": "{band}",
    "series.masked": "{band}，被云遮挡",
    "series.mean": "{band}，{name}均值",
    "series.alt": "{first} 至 {last} 共 {count} 次观测，其中 {masked} 次被云遮挡（空心）。"
    "实线：模型输入。虚线：{name}训练样本均值。",
    "series.alt.plain": "{first} 至 {last} 共 {count} 次观测，其中 {masked} 次被云遮挡（空心）。",
    "series.csv": "时间序列（CSV）",
    # charts
    "pixel.explain": "进一步解释：方法、可信度、假设",
    "chart.date": "日期",
}

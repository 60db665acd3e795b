"""Words about classes and regions that are explained."""

WORDS = {
    # classes
    "classes": "模型判断{name}的依据",
    "classes.none": "尚未用这种方法解释 {run} 的各类别。"
    "需要对每个类别至多 {most} 个留出样本计算归因。",
    "classes.compute": "解释各类别",
    "classes.more": "重新解释，每类至多 {most} 个样本",
    "classes.working": "正在解释样本：{done} / {of} …",
    "classes.starting": "正在查找模型判断正确的留出样本……",
    "classes.class": "类别",
    "classes.split.test": "测试",
    "classes.split.validation": "验证",
    "classes.unexplained": "{name} 没有模型判断正确的留出样本，因此无法说明；现显示另一个类别。",
    "classes.caption": "{name} 的 {of} 个{split}样本中的 {n} 个：均未参与学习且模型判断正确，"
    "各自针对其所属类别的得分进行解释。",
    "classes.caption.folds": "带折的运行，其最终模型没有测试样本：这些样本曾用于选择轮次。",
    "classes.caption.short": "考虑周围像元的运行较慢：半分钟后不再增加样本，"
    "各类别样本数相同，路径也较粗略。",
    "classes.residual": "半数样本有超过 {share} 的得分变化未得到解释。",
    "classes.season": "日期取自 {year} 季；其他季节叠加其上。",
    "classes.lines": "各波段随季节的变化，均值 ± 标准差",
    "classes.lines.alt": "每个波段一幅，每个类别一条线；{name} 在最上层，"
    "并显示其样本的 ± 一个标准差。"
    "括号内为各类别的样本数。",
    "classes.mean": "按波段和日期的带符号均值",
    "classes.mean.alt": "紫色支持{name}，橙色反对。最强：{first}。指向单元格可查看样本的中间一半。",
    "classes.mean.item": "{date} 的 {band}（{value}；中间一半 {low} 至 {high}）",
    "classes.hover": "{mean}，中间一半 {low} 至 {high}",
    "classes.csv": "单元格 (CSV)",
    "classes.dates": "日期",
    "classes.dates.alt": "对波段求和的 |归因|，{n} 个样本的均值 ± 标准差。最大：{date}。",
    "classes.dates.csv": "日期 (CSV)",
    "classes.bands": "波段",
    "classes.bands.alt": "对日期求和的 |归因|，{n} 个样本的均值 ± 标准差。最大：{band}。",
    "classes.bands.csv": "波段 (CSV)",
    "classes.duplicates": "几乎相同的波段（训练样本上 |r| > {limit}）标有同一编号：{groups}。"
    "模型采用其中哪一个纯属偶然；请比较其合计。",
    "classes.duplicates.group": "≈{number}：{bands}",
    "classes.duplicates.none": "没有相似的波段（训练样本上 |r| > {limit}）。",
    "classes.totals": "波段合计",
    "classes.totals.bands": "波段",
    "classes.totals.sum": "Σ |归因|",
    "classes.totals.share": "占比，%",
    "classes.totals.alike": "相似 ≈{number}",
    "kind.visible": "可见光",
    "kind.red edge": "红边",
    "kind.near infrared": "近红外",
    "kind.shortwave infrared": "短波红外",
    "kind.radar": "雷达",
    "kind.index": "指数",
    "classes.attention": "网络看向何处（注意力，而非归因）",
    "classes.attention.alt": "{layer} 中各日期的权重，{name} 的 {n} 个样本："
    "箱体为下四分位到上四分位，"
    "线为中位数，须为 5 至 95 %。多头及发问日期已取平均。网络看向何处并不等于其判断的原因。",
    "classes.attention.csv": "该类别的注意力 (CSV)",
    # permutation
    "permutation": "打乱的代价",
    "permutation.none": "可在测试样本之间互换某个日期、波段或一类波段的值，"
    "以查看宏平均 F1 损失多少。",
    "permutation.compute": "打乱并测量",
    "permutation.working": "正在打乱：{share} …",
    "permutation.kind.date": "按日期",
    "permutation.kind.band": "按波段",
    "permutation.kind.group": "按波段类型",
    "permutation.kind": "打乱的内容",
    "permutation.loss": "宏平均 F1 的损失",
    "permutation.alt": "宏平均 F1 的损失 ± {repeats} 次重复的标准差；未打乱时为 {f1}"
    "（{groups} 组的 {samples} 个测试样本）。代价最大：{name}（{loss}）。相似的波段可相互替代。",
    "permutation.csv": "打乱 (CSV)",
    # deciding dates
    "deciding": "哪个日期起了决定作用？",
    "deciding.about": "对每个有标签的地块（没有标签时为方格），针对模型给出的类别解释若干像元；"
    "对波段求和的 |归因| 最大的日期即为决定日期。",
    "deciding.none": "尚未用 {run} 计算 {region} 的决定日期。需要一分钟或更久，在后台进行，"
    "可以取消。",
    "deciding.compute": "查找决定日期",
    "deciding.again": "重新查找",
    "deciding.stage.starting": "正在启动……",
    "deciding.stage.opening": "正在打开区域和模型……",
    "deciding.stage.explaining": "正在解释 {done} / {of} · {seconds} 秒，约剩 {left} 秒",
    "deciding.stage.writing": "正在写入地图……",
    "deciding.cancelling": "正在取消……",
    "deciding.cancelled": "已取消；未保留任何未完成的结果。",
    "deciding.failed": "查找决定日期失败：{message}",
    "deciding.lost": "查找决定日期的进程已无声消失；其日志位于 {folder}。",
    "deciding.before": "下面是之前的结果。",
    "deciding.alt": "按决定日期划分的土地，颜色与地图一致。最多：{date}，{ha} 公顷，"
    "{count} 个{units}。",
    "deciding.half": "平均 {half} 个日期占归因的一半，因此决定日期只是若干日期中最大的，"
    "很少是唯一的。",
    "deciding.method": "方法：{method}；每个至多 {pixels} 个像元；{count} 个{units}；"
    "{seconds} 秒。",
    "deciding.units.parcel": "地块",
    "deciding.units.cell": "方格",
    "deciding.date": "决定日期",
    "deciding.ha": "面积，公顷",
    "deciding.legend": "颜色的含义",
    "deciding.csv": "每个地块一行 (CSV)",
    "deciding.tif": "地图 (GeoTIFF)",
}

"""Words of the page on regions."""

WORDS = {
    "regions.title": "区域与样本表",
    "regions.empty": "还没有区域或样本表。请提供一个 GeoTIFF 文件夹或一张时间序列表。",
    "regions.opening": "正在打开 {name}……",
    "regions.where": "所在位置",
    "regions.where.alt": "地图：{count} 个范围框，纬度 {south}° 至 {north}°，经度 {west}° 至 "
    "{east}°；点击即可选择。为保证离线可用，不含底图。",
    # cards
    "regions.table": "样本表",
    "regions.map_labels": "标签来自地图产品",
    "regions.map_labels.help": "其标签来自另一幅地图：与之对比得到的是一致性，而不是精度。",
    "regions.card.season": "{first} – {last}",
    "regions.card.source": "{source}：{count} 个日期",
    "regions.card.size": "{km2} km² · {classes}",
    "regions.card.samples": "{samples} 个样本 · {classes}",
    "regions.card.classes": "{count} 个类别",
    "regions.card.unlabelled": "没有标签：可以制图，不能用于训练",
    "regions.card.licence": "许可：{licence}",
    "regions.card.no_licence": "未注明许可",
    "regions.card.picture": "{date}，真彩色",
    "regions.card.no_picture": "没有可显示的真彩色影像",
    "regions.card.look": "查看详情",
    "regions.card.looking": "详情见下方",
    "regions.card.map": "在地图上打开",
    "regions.card.train": "用它训练",
    "regions.more": "显示全部 {count} 个",
    "regions.came_from": "影像来源：{origin}",
    "regions.folder": "文件夹：{path}",
    # acquisitions
    "regions.timeline": "观测时间",
    "regions.timeline.reading": "正在统计每次获取的晴空像元……",
    "regions.timeline.hover": "{date}：晴空 {share}",
    "regions.timeline.alt": "柱形：每次获取中有数据且无云的像元比例。{sources}。",
    "regions.timeline.source": "{source}：{count} 次获取，{first} 至 {last}，平均晴空 {clear}，"
    "{never} 的像元从未晴空",
    "regions.timeline.radar": "{source}：{count} 次获取，{first} 至 {last}，平均有数据 {clear}，"
    "{never} 的像元从无数据",
    "regions.timeline.unmasked": "{source}：{count} 次获取，{first} 至 {last}，平均有数据 {clear}，"
    "{never} 的像元从无数据；没有云掩膜，无法区分云与地面",
    "regions.timeline.looked": "基于均匀分布的若干块共 {pixels} 个像元统计。",
    "regions.timeline.csv": "获取记录（CSV）",
    "regions.timeline.dates": "表格不含云信息：共有 {count} 个日期，{first} 至 {last}。",
    # classes
    "regions.balance": "各类别的数量",
    "regions.balance.reading": "正在统计标签……",
    "regions.balance.hectares": "有标签的土地（公顷）",
    "regions.balance.samples": "样本数",
    "regions.balance.bar": "{amount} · {groups} 组",
    "regions.balance.rare": "⚠ 稀少",
    "regions.balance.alt": "柱形：共 {total} {unit}，分属 {groups} 组。最大的类别是{most}，占 "
    "{share}。少于 {few} 组（地块或农场，划分时不拆开）或不足总量 {least} 的类别视为稀少：{rare}。",
    "regions.balance.none": "无",
    "regions.balance.csv": "类别（CSV）",
    "regions.balance.unlabelled": "没有标签：该区域可以制图，但不能用于训练。",
    # pictures
    "regions.picture": "影像外观",
    "regions.picture.kind": "色彩",
    "regions.picture.clouds": "勾出云",
    "regions.picture.clouds.help": "区域掩膜所遮盖的部分：云、云影、雪、无数据。",
    "regions.picture.drawing": "正在绘制 {date}……",
    "regions.picture.alt": "{name}，{date}，{kind}，晴空 {clear}。按 {crs} 上北下南；"
    "黑与白在各日期代表相同的反射率。",
    "regions.picture.none": "没有任何一次获取具备成图所需的波段（红、绿、蓝）。",
    "regions.picture.large": "该区域过大，无法整幅绘制；地图页面以瓦片方式显示。",
    "regions.picture.download": "图片（PNG）",
    # signatures
    "regions.signatures": "各类别的时序特征",
    "regions.signatures.reading": "正在读取有标签像元的时间序列……",
    "regions.signatures.quantity": "波段或指数",
    "regions.signatures.quantity.name": "{name} · {source}",
    "regions.signatures.classes": "类别",
    "regions.signatures.hover": "{mean}（{low} 至 {high}，n = {n}）",
    "regions.signatures.alt": "线：{name} 逐日期的均值；色带：中间一半（第一至第三四分位数）。"
    "已排除被掩膜的观测。{counts}。",
    "regions.signatures.count": "{name}：{n} 个，来自 {groups} 组",
    "regions.signatures.blocks": "像元随机取自区域 {of} 个块中的 {blocks} 个。",
    "regions.signatures.aligned": "多个年份的生长季按 {steps} 天的步长叠放在一起。",
    "regions.signatures.csv": "时序特征（CSV）",
    # quality
    "regions.quality": "需要留意之处",
    "regions.quality.reading": "正在检查每个文件……",
    "regions.quality.long": "该区域较大：打开每个文件并读取若干块需要一些时间，"
    "其间无法进行其他操作。",
    "regions.quality.check": "现在检查",
    "regions.quality.fine": "没有发现会误导模型的问题。",
    "regions.quality.few": "分组太少：{names}。按组划分后，几乎没有可用于测试的样本。",
    "regions.quality.one_group": "某一组占了类别的大部分：{names}。模型可能学到的是那块地，"
    "而不是作物。",
    "regions.quality.one_group.item": "{name}（{share}）",
    "regions.quality.never": "{source}：{share} 的像元从未晴空；模型不会对它们作出判断。",
    "regions.quality.suspects": "{run} 在其 {of} 个测试标签中，对 {count} 个几乎不相信。",
    "regions.quality.suspects.look": "在地图上查看",
    "regions.quality.csv": "提示（CSV）",
    # use my data
    "regions.own": "使用我的数据",
    "regions.own.about": "区域文件夹（按日期的 GeoTIFF 和标签）或样本表（CSV、Parquet）。"
    "会立即检查；除非您选择保留，否则此处不会留下任何内容。",
    "regions.own.upload": "上传",
    "regions.own.path": "本机路径",
    "regions.own.upload.what": "区域文件夹的 zip 或一张表；最大 {archive} MiB，解压后 {unpacked} "
    "GB、{entries} 个文件以内",
    "regions.own.path.what": "文件夹或表格",
    "regions.own.path.note": "将复制到工作区（最大 {limit} GB），以保证所用即所检；"
    "原文件保持不变。",
    "regions.own.check": "检查",
    "regions.own.copying": "正在复制：{done} / {total} MB……",
    "regions.own.unpacking": "正在解压：{done} / {total} MB……",
    "regions.own.checking": "正在打开每个文件并读取像元……",
    "regions.own.errors": "暂时无法使用：{count} 个问题",
    "regions.own.error": "暂时无法使用：1 个问题",
    "regions.own.ok": "{name} 可以使用",
    "regions.own.warnings": "推测或存疑之处：{count}",
    "regions.own.found": "检查结果",
    "regions.own.more": "另有 {count} 条",
    "regions.own.grid": "{crs} · {width} × {height} 像元 · {km2} km² · 磁盘 {megabytes} MB，"
    "数值形式 {memory} MB",
    "regions.own.size": "磁盘 {megabytes} MB，数值形式 {memory} MB",
    "regions.own.source": "{source}：{count} 个日期，{first} 至 {last}；{bands}",
    "regions.own.classes": "类别：{classes}",
    "regions.own.class": "{name}（{count}）",
    "regions.own.cost": "预计开销（双核，非常粗略）：本次检查用时 {check} 秒 · 一次快速训练 "
    "{train} 秒 · 一幅地图 {map} 秒",
    "regions.own.cost.table": "预计开销（双核，非常粗略）：本次检查用时 {check} 秒 · 一次快速训练 "
    "{train} 秒",
    "regions.own.name": "名称",
    "regions.own.keep": "保留",
    "regions.own.discard": "放弃",
    "regions.own.other": "另选数据",
    "regions.own.kept": "{name} 已加入。",
    "regions.own.report": "报告（TXT）",
}

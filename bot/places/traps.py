"""What looks like the name or the code of a place and is not; aliases of content outrank it."""

from __future__ import annotations

NOT_PLACES = (
    # Chinese: the end of one word and the beginning of the next
    "宪法国 憲法國 立法国 立法國 司法国 司法國 合法国 合法國 非法国 非法國 无法国 無法國",
    "方法国 方法國 办法国 辦法國 依法国 依法國",
    "今日本 昨日本 明日本 每日本 即日本 生日本 假日本 节日本 節日本 平日本",
    "明智利 理智利 机智利 機智利 心智利 才智利",
    "我也门 我也門 你也门 你也門 您也门 您也門 他也门 他也門 她也门 她也門 们也门 們也門",
    "道德国 道德國 公德国 公德國 品德国 品德國",
    "发展中国家 發展中國家 其中国 其中國 集中国 集中國",
    "完美国 完美國 精美国 精美國 优美国 優美國",
    "欧美国 歐美國 南美国 南美國 北美国 北美國 拉美国 拉美國 精英国 精英國 国泰国 國泰國",
    "上海地 沿海地 近海地 公海地 深海地 临海地 臨海地",
    "东海地 東海地 南海地 北海地 黄海地 黃海地 渤海地 珠海地 威海地 青海地 大海地",
    "好多哥 很多哥 许多哥 許多哥 多哥哥 多哥们 多哥們",
    "参加纳 參加納 增加纳 增加納 加纳入 加納入 加纳税 加納稅",
    "马里奥 馬里奧 馬利奧 马里兰 馬里蘭 馬利蘭 马里布 馬里布 马里亚纳 馬里亞納 馬利亞 罗马里 羅馬里",
    "河南非 湖南非 云南非 雲南非 海南非 江南非 济南非 濟南非 西南非 东南非 東南非 穿越南 超越南 跨越南",
    "热汤加 熱湯加 鸡汤加 雞湯加 汤加热 湯加熱 汤加水 湯加水 汤加盐 湯加鹽 房東加 廣東加 股東加 山東加",
    "理查德 打卡達 刷卡達 古巴比伦 古巴比倫",
    # Chinese: longer names and other things
    "内蒙古 內蒙古 蒙古包 蒙古症 朝鲜族 朝鮮族 印度洋 印度教 印度支那",
    "日本海 南中国海 南中國海 新墨西哥 新英格兰 新英格蘭",
    "墨西哥湾 墨西哥灣 几内亚湾 幾內亞灣 孟加拉湾 孟加拉灣 阿曼湾 阿曼灣 苏丹红 蘇丹紅 荷兰豆 荷蘭豆 土耳其浴",
)
"""Each is read as one word in which no place is looked for."""

NOT_PLACES_EITHER = (
    "New Jersey; New Mexico; New England; Jersey City; Prince of Wales; South America; North America; Latin America; "
    "Central America; Bank of America; Gulf of Mexico; Gulf of Oman; Gulf of Guinea; Sea of Japan; South China Sea; "
    "East China Sea; Guinea pig; Guinea pigs; Panama hat; Family reunion; Reunion of; Reunion with"
)
"""The same in languages with spaces."""

DIALOGUE = (
    "AM AN AND ANY ARE AS AT BE BUT BY CAN COM DO FOR GO HI HOW I IF IN IS IT ME MY NO NOR NOT OF OH OK ON OR PER SO "
    "THE TO UM UP WE WHO WHY YES YOU"
)
"""Never a code, however it is written."""

ABBREVIATIONS = (
    "AD AI AL ARM BEN CA CC CD CM COD CV DJ DM DOM EST ET FIN GB GP GUM HR ID IM IOT IQ IRL JAM KG KM LA LIE MA MAC "
    "MAR MC MD ML MM MP MR MS MUS PA PAN PH PM PNG PR PS SA SC SSD ST TON TT TV US VAT VC"
)
"""Means something else as often as a place: asked about when it is all that is written, else not a code."""

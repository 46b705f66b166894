"""Spellings that CLDR lacks, and names that stand for more than one thing; add yours here or as an alias in content."""

from __future__ import annotations

ALSO = {
    "AE": "UAE; Emirates; 阿联酋; 阿聯酋",
    "AG": "Antigua; Barbuda",
    "AU": "澳洲; 澳大利亞",
    "BA": "Bosnia; Herzegovina; Bosnia-Hercegovina; 波黑; 波斯尼亚; 波斯尼亞; 波士尼亞",
    "BD": "孟加拉; 孟加拉国; 孟加拉國",
    "BN": "Brunei Darussalam",
    "BY": "Byelorussia; White Russia",
    "CD": "Congo (DRC); DR Congo; D.R. Congo; DRC; Zaire; Democratic Republic of Congo; "
    "Democratic Republic of the Congo; 刚果金; 剛果金; 刚果民主共和国; 剛果民主共和國; 民主刚果; 民主剛果",
    "CG": "Republic of Congo; Republic of the Congo; 刚果布; 剛果布; 刚果共和国; 剛果共和國",
    "CI": "Cote dIvoire; Ivory Coast; 象牙海岸",
    "CN": "PRC; People's Republic of China; Peoples Republic of China; "
    "中华人民共和国; 中華人民共和國; 中国大陆; 中國大陸",
    "CV": "Cabo Verde",
    "CZ": "Czech Republic; 捷克共和国; 捷克共和國",
    "FM": "Federated States of Micronesia",
    "GB": "UK; U.K.; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; "
    "英格兰; 英格蘭; 苏格兰; 蘇格蘭; 威尔士; 威爾斯; 北爱尔兰; 北愛爾蘭",
    "GE": "Republic of Georgia",
    "GF": "French Guyana",
    "GN": "Guinea Conakry; Republic of Guinea",
    "GS": "South Georgia",
    "GW": "Portuguese Guinea",
    "HK": "Hong Kong; HongKong; HKSAR; Hong Kong SAR; Hong Kong China; Hong Kong, China; "
    "香港; 中國香港; 中国香港; 香港特別行政區; 香港特别行政区",
    "ID": "印尼; 印度尼西亞",
    "IT": "意大利; 義大利",
    "KG": "Kirghizia; Kyrgyz Republic; 吉爾吉斯斯坦",
    "KN": "St. Kitts",
    "KP": "DPRK; DPR Korea; People's Republic of Korea; Democratic People's Republic of Korea; "
    "北韩; 北韓; 北朝鮮; 北朝鲜; 朝鲜; 朝鮮",
    "KR": "Republic of Korea; 南韩; 南韓; 韩国; 韓國; 南朝鲜; 南朝鮮; 大韩民国; 大韓民國",
    "KZ": "哈薩克斯坦",
    "LA": "Lao PDR; Lao People's Democratic Republic",
    "LK": "Ceylon; 锡兰; 錫蘭",
    "MD": "Moldavia",
    "MK": "Macedonia; 马其顿; 馬其頓",
    "MM": "Myanmar; Burma",
    "MN": "蒙古国; 蒙古國",
    "MO": "Macau; Macao; Macau SAR; Macao SAR; Macau China; Macao China; Macau, China; Macao, China; "
    "澳門; 澳门; 中國澳門; 中国澳门; 澳門特別行政區; 澳门特别行政区",
    "NL": "Holland",
    "NZ": "新西蘭; 纽西兰",
    "PS": "Palestine; West Bank; Gaza; 巴勒斯坦; 加沙; 加薩; 约旦河西岸; 約旦河西岸",
    "RU": "Russian Federation; 俄国; 俄國; 俄罗斯联邦; 俄羅斯聯邦",
    "SA": "Saudi; KSA; 沙特; 沙烏地",
    "SK": "Slovak Republic",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TH": "Siam; 暹罗; 暹羅",
    "TJ": "塔吉克斯坦",
    "TL": "East Timor",
    "TM": "土庫曼斯坦",
    "TT": "Trinidad; Tobago",
    "TW": "Formosa; Chinese Taipei; Republic of China; Taiwan China; Taiwan, China; Taiwan Province of China; "
    "Taiwan, Province of China; 臺灣; 中国台湾; 中國台灣; 中國臺灣; 中华民国; 中華民國; 中华台北; 中華台北",
    "TZ": "Tanganyika; Zanzibar",
    "US": "USA; U.S.A.; U.S.; the US; United States of America; America; 美利坚合众国; 美利堅合眾國",
    "UZ": "烏茲別克斯坦",
    "VA": "Vatican; Holy See; 教廷",
    "VI": "US Virgin Islands",
    "VN": "Viet Nam",
    "WS": "Western Samoa; 西萨摩亚; 西薩摩亞",
}

ONE_OF = {
    "Chad": "TD",
    "Congo; 刚果; 剛果": "CD CG",
    "Dominican; 多米尼加": "DO DM",
    "Georgia; 喬治亞; 乔治亚": "GE",
    "Guiana": "GF GY",
    "Guinea; 几内亚; 幾內亞": "GN GQ GW PG",
    "Jersey": "JE",
    "Jordan": "JO",
    "Korea; 朝鲜半岛; 朝鮮半島": "KR KP",
    "Micronesia; 密克罗尼西亚; 密克羅尼西亞": "FM",
    "New Guinea; 新几内亚; 新幾內亞": "PG",
    "Reunion": "RE",
    "Saint Martin; St. Martin; 圣马丁; 聖馬丁": "MF SX",
    "Samoa; 萨摩亚; 薩摩亞": "WS AS",
    "Sudan; 苏丹; 蘇丹": "SD SS",
    "Timor": "TL",
    "Turkey": "TR",
    "Virgin Islands; 维京群岛; 維京群島; 维尔京群岛; 維爾京群島": "VG VI",
    "大陆; 大陸": "CN",  # of any continent
    "狮子山; 獅子山": "SL",  # also a hill above Hong Kong
    "黑山": "ME",  # many hills
}
"""Asked about: the name of several places, or of a place and of something else (a bird, a first name, a hill)."""

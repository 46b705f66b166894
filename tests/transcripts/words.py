"""What persons and staff type in each language: a line each, as somebody would really write it."""

from __future__ import annotations

from collections.abc import Mapping

_LANGUAGES = ("en", "zh_Hant", "zh_Hans")
_NEAREST = {"zh_TW": "zh_Hant"}
"""The characters are the same, and so is what is typed here."""
_WORDS: Mapping[str, tuple[str, str, str]] = {
    # places
    "is it safe there": ("what is the level for Thailand?", "泰國安全嗎？", "泰国安全吗？"),
    "Thailand": ("Thailand", "泰國", "泰国"),
    "a city": ("Kowloon", "九龍", "九龙"),
    "China": ("China", "中國", "中国"),
    "Hong Kong": ("Hong Kong", "香港", "香港"),
    "two places": ("Taiwan or Hong Kong?", "台灣還是香港？", "台湾还是香港？"),
    "many places": (
        "Taiwan, Laos, Japan, Thailand, Hong Kong",
        "台灣、寮國、日本、泰國、香港",
        "台湾、老挝、日本、泰国、香港",
    ),
    "a part with a lower level": ("Lantern Hill", "燈籠山", "灯笼山"),
    "a part with a graver level": ("Kite Bay", "風箏灣", "风筝湾"),
    "a part without an alert": ("Tibet", "西藏", "西藏"),
    "place without an alert": ("Japan", "日本", "日本"),
    "ambiguous place": ("Guinea or Congo", "幾內亞", "几内亚"),
    "misspelt place": ("Tailand", "Tailand", "Tailand"),
    "unknown place": ("Atlantis", "亞特蘭提斯", "亚特兰蒂斯"),
    # sentences with a place
    "what happened there": ("what happened in Thailand?", "泰國發生過什麼事？", "泰国发生过什么事？"),
    "who helps there": ("who can help me in Thailand?", "在泰國誰可以幫我？", "在泰国谁能帮我？"),
    "my rights there": ("rights in Hong Kong", "香港有什麼權利？", "香港有什么权利？"),
    # what is not understood
    "not understood": ("can you lend me money", "你可以借錢給我嗎", "你能借我点钱吗"),
    "no topic": ("football", "足球", "足球"),
    # a note
    "help": ("help me", "救命", "我需要帮助"),
    "what happened": (
        "Two men are waiting below my flat in Bangkok. They showed my photo to the guard.",
        "有兩個男人在我曼谷住處樓下等著。他們拿我的照片給警衛看。",
        "有两个男人在我曼谷住处楼下等着。他们拿我的照片给保安看。",
    ),
    "more": ("They are coming up now.", "他們現在上樓了。", "他们现在上楼了。"),
    "more, corrected": ("They are on the stairs.", "他們在樓梯上。", "他们在楼梯上。"),
    "caption": ("This is their car.", "這是他們的車。", "这是他们的车。"),
    "later": ("I am with a neighbour.", "我在鄰居家。", "我在邻居家。"),
    "thanks": ("Yes. Thank you.", "可以。謝謝。", "可以。谢谢。"),
    "SOS and words": (
        "SOS police at my door in Pattaya",
        "SOS 警察在我芭達雅的門口",
        "SOS 警察在我芭提雅的门口",
    ),
    "call with words": (
        "help me, they want to deport my brother",
        "幫幫我，他們要遣返我弟弟",
        "帮帮我，他们要遣返我弟弟",
    ),
    "rehearsal": ("SOS this is a test", "SOS 這是測試", "SOS 这是测试"),
    "I am safe": ("I am safe", "我安全了", "我安全了"),
    "delete me": ("forget me", "刪除我的資料", "删除我的信息"),
    "where I go": (
        "I am meeting somebody at the north gate of the station. Look for me there.",
        "我要在車站北門見一個人。請到那裡找我。",
        "我要在车站北门见一个人。请到那里找我。",
    ),
    "word": ("/word blue table", "/word 藍色的桌子", "/word 蓝色的桌子"),
    "appeal": ("/appeal it was my brother", "/appeal 是我弟弟寫的", "/appeal 是我弟弟写的"),
    # the desk
    "why a ban": ("the tenth advertisement", "第十次發廣告", "第十次发广告"),
    "the word": ("Blue table", "藍色的桌子", "蓝色的桌子"),
    "chatter": ("who is free?", "誰有空？", "谁有空？"),
    "answer": (
        "Do not open. Stay with your neighbour. Can you talk?",
        "不要開門。留在鄰居家。你方便說話嗎？",
        "不要开门。留在邻居家。你方便说话吗？",
    ),
    "how many": ("How many are there?", "有幾個人？", "有几个人？"),
    "second answer": ("A lawyer is on the way.", "律師已經在路上。", "律师已经在路上。"),
    "reason": ("safe with the lawyer", "已和律師會合，安全", "已和律师会合，安全"),
}


def of(language: str) -> Mapping[str, str]:
    """The words of one language, by what they are for."""
    column = _LANGUAGES.index(_NEAREST.get(language, language))
    return {name: texts[column] for name, texts in _WORDS.items()}

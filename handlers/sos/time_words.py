"""The words of times in many languages, shipped or not: a person in need writes as they think.

A letter stands for what a word means; `handlers/sos/times.py` reads sequences of these letters.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # hours, and nothing else
    "H": (
        "hr|hrs|hour|hours|hora|horas|heure|heures|stunde|stunden|std|oras|ora|ore|uur|час|часа|часов|сағат|saat|soat|saatlik|"
        "ساعة|ساعات|ساعه|ساعت|سائەت|گھنٹا|گھنٹہ|گھنٹے|گھنٹوں|घंटा|घंटे|घण्टा|घन्टा|घण्टे|घंटों|ਘੰਟਾ|ਘੰਟੇ|ঘন্টা|ঘণ্টা|"
        "ชั่วโมง|ชม|ຊົ່ວໂມງ|시간|時間|小时|小時|个小时|個小時|个钟|個鐘|个钟头|個鐘頭|钟头|鐘頭|jam|tiếng|tieng|tiếng đồng hồ|"
        "awa|saacadood|saacad|மணி நேரம்|மணிநேரம்|පැය|ساعته|ቶታት"
    ),
    # hours, before their number
    "B": "masaa",
    # hours that may also be o'clock
    "V": "giờ|gio|นาฬิกา|နာရီ|ཆུ་ཚོད|ཆུ་ཚོད་|цаг|ሰዓት|ሰአት|ሰዓታት|ម៉ោង|மணி",
    # the same, as one letter
    "h": "h|ч",
    # o'clock
    "C": "o'clock|o’clock|oclock|uhr|点|點|点钟|點鐘|时|時|시|बजे|টায়|টা|ਵਜੇ|بجے|โมง|น|ໂມງ",
    "M": (
        "m|min|mins|minute|minutes|minuto|minutos|minuut|minuten|minuti|мин|минут|минута|минуты|минуту|минөт|минута|dk|dakika|dakikalık|daqiqa|"
        "دقيقة|دقائق|دقيقه|دقیقه|دقیقې|منٹ|مىنۇت|مينۇت|मिनट|मिनेट|मिनटों|মিনিট|ਮਿੰਟ|นาที|ນາທີ|분|分|分钟|分鐘|menit|minit|phút|phut|"
        "dakika|minti|mintuna|daqiiqo|daqiiqadood|နာရီမိနစ်|မိနစ်|སྐར་མ|སྐར་མ་|ደቂቃ|ደቂቃዎች|минут|நிமிடம்|நிமிடங்கள்|විනාඩි|នាទី"
    ),
    "D": "d|day|days|día|días|dia|dias|jour|jours|tag|tage|tagen|день|дня|дней|күн|gün|يوم|أيام|روز|दिन|দিন|วัน|일|日|天|hari|ngày",
    "F": (
        "half|halben|halbe|halve|media|medio|demi|demie|пол|жарты|yarım|yarim|buçuk|buçuk|نصف|ونصف|نیم|نيم|يېرىم|आधा|आधे|আধা|"
        "আধ|ครึ่ง|ເຄິ່ງ|반|半|setengah|nửa|rưỡi|kalahating|kalahati|nusu|"
        "ཕྱེད་ཀ|ግማሽ|хагас"
    ),
    # … and a half hours
    "G": "个半小时|個半小時|个半钟|個半鐘|个半钟头|個半鐘頭|个半|個半",
    "Q": "quarter of an hour|quarter hour|quarters of an hour|刻钟|刻鐘|刻|ربع ساعة",
    "A": (
        "am|a.m|a.m.|in the morning|this morning|morning|凌晨|清晨|早上|早晨|朝早|上午|上晝|上昼|今早|午前|朝|오전|утра|sabah|sabahı|صباحا|صباحًا|ص|"
        "صبح|सुबह|সকাল|সকালে|เช้า|sáng|pagi|ng umaga|du matin|matin|de la mañana|da manhã|morgens|सबेरे|таңғы|ቀን|မနက်"
    ),
    "P": (
        "pm|p.m|p.m.|in the afternoon|this afternoon|afternoon|下午|下晝|下昼|晏晝|晏昼|午後|傍晚|黄昏|黃昏|오후|дня|مساء|مساءً|م|عصر|"
        "बजे शाम|बिहान|বিকাল|বিকেলে|บ่าย|chiều|sore|ng hapon|de l'après-midi|après-midi|de la tarde|da tarde|nachmittags|öğleden sonra"
    ),
    # the evening and the night: 1 to 4 are after midnight
    "E": (
        "in the evening|this evening|evening|at night|tonight|night|晚上|今晚|夜晚|夜里|夜裡|夜間|夜间|半夜|深夜|晚間|晚间|今夜|夜|저녁|밤|вечера|ночи|"
        "akşam|gece|ليلا|ليلًا|شب|بعدازظهر|शाम|रात|রাত|রাতে|সন্ধ্যা|เย็น|คืน|tối|đêm|malam|ng gabi|du soir|soir|de la noche|da noite|abends|"
        "кешкі|बेलुका|राति|ညနေ|ည"
    ),
    "O": "noon|midday|中午|正午|晌午|정오|полдень|mediodía|midi|meio-dia|öğle|öğlen|ظهرا|ظهرًا|ظهر|दोपहर|เที่ยง|trưa|tengah hari|tanghali",
    "X": "midnight|午夜|子夜|자정|полночь|medianoche|minuit|meia-noite|gece yarısı|منتصف الليل|آधी रात|เที่ยงคืน|nửa đêm|tengah malam|hatinggabi",
    "T": (
        "tomorrow|tmr|tmrw|明天|明日|聽日|听日|明早|明晨|내일|завтра|ертең|yarın|غدا|غدًا|بكرة|فردا|ئەتە|कल|भोलि|আগামীকাল|พรุ่งนี้|ມື້ອື່ນ|ngày mai|"
        "besok|esok|bukas|mañana|demain|amanhã|morgen|kesho|མདང་སང|སང་ཉིན|ነገ|маргааш|မနက်ဖြန်"
    ),
    "Y": "today|今天|今日|오늘|сегодня|bugün|اليوم|امروز|आज|আজ|วันนี้|hôm nay|hari ini|ngayon|hoy|aujourd'hui|hoje|heute",
    # before a length of time
    "I": "in|after|within|for|dans|en|dentro de|em|через|بعد|خلال|در|پس از|dalam|sa|pagkatapos ng|过|過|再过|再過|อีก|sau|trong|kwa|baada ya",
    # behind a length of time
    "J": (
        "from now|later|后|後|之后|之後|以后|以後|后問我|后|内|後に|後|후에|후|뒤에|뒤|sonra|sonrası|içinde|кейін|بعدها|دیگر|دیگه|बाद|में|পরে|পর|nữa|"
        "lagi|kemudian|plus tard|más tarde|ནང|ནང་|ရင်|အတွင်း|ውስጥ|በኋላ|дараа"
    ),
    # behind a time: it adds nothing
    "R": "time|に|에|นะ|'da|'de|'ta|'te|’da|’de|’ta|’te|-да|-де|-та|-те|की",
    # before a time
    "@": (
        "at|by|until|à|a las|a la|las|às|alle|um|kl|в|к|сағатта|الساعة|عند|على الساعة|saat tam|alas|pukul|lúc|vào|在|于|於|到|เวลา|ตอน|tại|मा|ဒီ"
    ),
    "+": "and|y|et|e|und|و|और|र|এবং|และ|và|dan|at saka|ve|и|有",
    "1": "a|an|one|un|una|une|eine|einer|einem|uma|isang|sang|один|одну|бір|bir|یک|يك|एक|এক|ਇੱਕ|একটি|một|satu|한|หนึ่ง|moja",
}

NUMBERS: dict[str, float] = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "dos": 2,
    "tres": 3,
    "deux": 2,
    "trois": 3,
    "dalawang": 2,
    "dua": 2,
    "tiga": 3,
    "два": 2,
    "три": 3,
    "полтора": 1.5,
    "bir buçuk": 1.5,
    "bir yarım": 1.5,
    "iki": 2,
    "üç": 3,
    "ثلاث": 3,
    "دو": 2,
    "سه": 3,
    "दो": 2,
    "तीन": 3,
    "डेढ़": 1.5,
    "ढाई": 2.5,
    "দুই": 2,
    "তিন": 3,
    "두": 2,
    "세": 3,
    "สอง": 2,
    "สาม": 3,
    "hai": 2,
    "ba": 3,
    "གཉིས": 2,
    "གསུམ": 3,
}

SPANS: dict[str, int] = {
    "полчаса": 30,
    "полчасика": 30,
    "ساعتين": 120,
    "ساعتان": 120,
    "دقيقتين": 2,
    "半日": 720,
}
"""Words that are a length of time by themselves, in minutes."""

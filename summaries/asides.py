"""Lines in which a page turns to its reader or points elsewhere: boxes that stand in and after an article's text.

As in `phrases`: lower case, bounded lines, no repetition inside a repetition.
"""

from summaries.screen import Screen, any_of

MAX_POINTER = 220  # characters of a line that points to another article


# A line that names another article after a label: "Read more: Ferry late". Matched at the start.
POINTER = any_of(r"""
    # English
    [\[(]?(?:also )?(?:read|see|watch|listen|view)(?: (?:more|also|next|now|this|here|on|the full story))*\s?[:|»>]
    [\[(]?(?:read|see|watch|listen|view) (?:more|also) (?:on|about|at) [^:]{2,40}:
    [\[(]?(?:related|recommended|more|also)(?: (?:stor(?:y|ies)|articles?|coverage|news|links?|on this))*\s?[:|»>]
    further reading\s?[:|»>]
    [\[(]?(?:more|also) (?:from|on|in|at) [^:.]{2,40}:
    (?:don[’']t miss|must[- ]read|you may (?:also )?like|in (?:pictures|photos)|photos?|gallery|slideshow|poll)\s?[:|»>]
    (?:topics?|tags?|tagged|keywords?|categor(?:y|ies)|labels?|filed (?:under|in)|posted (?:in|under))\s?[:|»>]
    # Ukrainian, Russian
    [\[(]?(?:читайте|дивіться|слухайте)(?: (?:також|ще|більше))?(?: (?:на|про|в) [^:]{2,40})?\s?:
    (?:за темою|теги|ключові слова|рубрики?)\s?:
    [\[(]?(?:читайте|смотрите)(?: (?:также|ещ[её]|подробнее))?\s?:|(?:по теме|теги|ключевые слова)\s?:
    # Arabic, Hebrew, Chinese, Japanese, Korean
    (?:اقرأ|شاهد|إقرأ|طالع)(?: (?:أيضا|أيضاً|ايضا|المزيد|كذلك))?\s?:|(?:الكلمات المفتاحية|وسوم|الوسوم)\s?:
    קרא(?:ו)? (?:גם|עוד)\s?:
    [【\[(（]?(?:相关(?:阅读|链接|新闻|报道)|相關(?:閱讀|新聞|報導)|延伸(?:阅读|閱讀)|更多(?:阅读|新闻)?|扩展阅读|点击(?:查看|阅读)|关键[词字]|标签|標籤)[】\])）]?\s?[:：>]
    【(?:関連(?:記事|リンク)?|写真|動画|図解|あわせて読みたい|相关.{0,4}|延伸.{0,4})】|(?:関連記事|あわせて読みたい)|▶
    # German, Dutch
    [\[(]?(?:lesen|sehen|hören) sie (?:auch|hier|dazu|mehr|jetzt)[^:.]{0,30}\s?:
    (?:mehr|weitere artikel|auch interessant|zum thema|passend dazu)\s?[:|]
    (?:auch|mehr|weiteres?) (?:auf|bei|zu|zum) [^:.]{2,40}:|lees (?:ook|meer|verder)\s?:
    (?:schlagw(?:ort|örter)|themen|stichw(?:ort|örter))\s?:
    # French, Italian
    [\[(]?(?:[àa] )?(?:lire|voir|écouter|regarder)(?: (?:aussi|[ée]galement|encore|notre [^:]{2,40}))?\s?[:»]
    (?:mots[- ]cl[ée]s|sur le m[êe]me sujet)\s?:
    [\[(]?(?:leggi|guarda|ascolta)(?: (?:anche|pure|di più))\s?:?|(?:approfondisci|argomenti)\s?:
    # Spanish, Portuguese
    [\[(]?(?:le[ae]|lee|ve[ar]?|mir[ae]|ver) (?:tambi[ée]n|además|m[áa]s)\s?:?|te puede interesar\s?:?
    (?:etiquetas|temas)\s?:
    [\[(]?(?:leia|veja|assista)(?: (?:tamb[ée]m|mais|ainda|a[qí]ui))\s?:?|saiba mais\s?:?
    (?:etiquetas|palavras-chave)\s?:
    # Polish, Czech, Turkish
    [\[(]?(?:czytaj|zobacz|przeczytaj)(?: (?:też|także|również|więcej))\s?:?
    (?:čtěte|přečtěte si|podívejte se)(?: (?:také|též|i|na))*\s?:
    (?:související|tagi|témata|štítky)\s?:|(?:ayrıca )?(?:okuyun|izleyin)\s?:|ilgili haber(?:ler)?\s?:?
""")

# A line that is a clock time, a date or an age and little else is no text: "3 hours ago", "Posted 2h".
AGE = any_of(r"""
    (?:posted |updated |published |about |an? |over )*\d{0,3} ?(?:s|secs?|mins?|h|hrs?|d|w|mo)(?: ago|\.)?
    (?:posted |updated |published |about |an? |over )*\d{0,3} ?(?:second|minute|hour|day|week|month|year)s? ago
    (?:yesterday|today|just now)(?:,? (?:at )?\d\d?[:.]\d\d(?: ?[ap]m)?)?
    \d\d?[:.]\d\d(?: ?[ap]\.?m\.?)?(?: [a-z]{2,4})?
    vor \d{1,3} \w{3,8}|il y a \d{1,3} \w{3,8}|hace \d{1,3} \w{3,8}|há \d{1,3} \w{3,8}
    \d{1,3} \w{3,6} (?:fa|temu|geleden)|před \d{1,3} \w{3,8}
    \d{0,3} ?(?:секунд|хвилин|годин|д[нe]|тижн|місяц|минут|час|дн)\w{0,5} (?:тому|назад)|вчора|сьогодні|вчера|сегодня
    منذ .{2,20}|قبل \d{1,3} \w{2,8}|\d{1,3} ?(?:秒|分钟|分鐘|分|小时|小時|時間|天|日|周|个月)前
""")

# What video players say.
PLAYER = any_of(r"""
    this is a modal window.{0,120}|beginning of dialog window.{0,80}|end of dialog window.{0,20}
    no compatible source was found.{0,60}
    (?:current|remaining|duration|total)? ?time(?: display)?:? ?-?\d?\d:\d\d
    -?\d{1,2}:\d\d(?::\d\d)?(?: ?/ ?\d{1,2}:\d\d(?::\d\d)?)?
    (?:loaded|progress): ?\d.{0,8}|stream type ?live|seek to live.{0,40}|playback rate.{0,10}|\d(?:\.\d+)?x|chapters
    descriptions off.{0,20}
    (?:captions|subtitles)(?: (?:off|settings)).{0,60}|(?:un)?mute|full ?screen|picture-in-picture|audio track
    autoplay.{0,30}|now playing.{0,60}
    (?:play|pause|replay|skip|watch|close)(?: (?:video|ad|advert|audio|again|now|player))?|video player.{0,40}
    video (?:will|is) .{0,40}
    media playback is (?:not supported|unsupported).{0,40}
    this (?:video|content) (?:can ?not|is not|isn[’']t|has been).{0,60}
    (?:expand|hide|show|enlarge|view|open)(?: this| full| larger| all| the| in)* (?:image|photo|picture)s?(?: .{0,20})?
    (?:hide|show|toggle|view|open|see)(?: this| full| all| the| photo| in)* (?:gallery|captions?|slideshow)(?: .{0,20})?
    (?:image|photo|slide|picture)?s? ?\d{1,3} ?(?:/|of|von|de|из|з) ?\d{1,3}|i \d{1,2} of \d{1,2}
    \d{1,3} (?:photos?|images?|pictures?|videos?|bilder|fotos?|фото)
    text (?:color|background|edge style|transparency).{0,120}|(?:font (?:size|family)|restore all settings).{0,120}
    opens in (?:a )?new (?:window|tab).{0,10}
""")

# A box that speaks to the reader, whichever words it begins with.
BOX = Screen(
    any_of(r"""
    # sharing, accounts, comments
    \((?:opens|opens in) (?:a |in )?(?:new )?(?:window|tab)\)|click to (?:share|email|print|tweet)|^like this:$
    like loading
    (?:sign|log) ?in (?:or \w+ )?to (?:post|reply|comment|join|vote|save|follow|view|your account)
    (?:sign|log) ?in with your .{0,40}account
    to (?:post|leave|add|view|write) (?:a |your |the )?(?:comment|reply)s?\b.{0,60}(?:sign|log|register|account)
    be the first to (?:comment|know|review|hear)|(?:report|flag) (?:this )?(?:comment|abuse|post)
    comments? (?:are|is) (?:moderated|subject to|closed|disabled|turned off)
    there (?:are|is) (?:no|\d+) (?:comments?|repl(?:y|ies)|responses?)
    (?:commenting|community) (?:guidelines|rules|policy)|view (?:all )?\d+ comments
    please (?:try again|sign in|log in|enter a valid|check your (?:inbox|e-?mail)|provide a (?:valid|reason))
    (?:rating|request) failed|something went wrong
    # newsletters and subscriptions
    \bnewsletters?\b.{0,80}\b(?:sign|subscribe|inbox|e-?mail|free|weekly|daily|deliver|get|privacy|straight)
    \b(?:sign up|subscribe|get|join|receive|register)\b.{0,80}\bnewsletters?\b
    (?:thanks?|thank you) for (?:signing up|subscribing|registering|your (?:subscription|interest))
    confirm your (?:subscription|e-?mail)
    (?:you[’']ve|you have) (?:been )?(?:successfully )?(?:subscribed|signed up|reached your)
    this site is protected by recaptcha|google privacy policy and terms|we use google recaptcha
    view our privacy (?:policy|notice)|newsletters may contain
    (?:to|and) (?:continue|keep) reading\b.{0,80}(?:subscri|sign|log|register|account|free)
    subscribe (?:now |today |here )?(?:to|for) (?:read|continue|unlock|full|unlimited|digital|just|only|\$|£|€)
    (?:this|the) (?:article|story|content) is (?:for|only|exclusively|reserved|available).{0,40}subscribers
    for subscribers only|subscribers? only|unlimited (?:digital )?access
    (?:free|premium) articles? (?:left|remaining|this month)|start your (?:free )?(?:trial|subscription)
    cancel any ?time|become a (?:member|subscriber|supporter|patron)
    # apps, alerts, following
    follow .{2,60} on (?:twitter|facebook|instagram|google|x\b|threads|linkedin|bluesky|telegram|tiktok)
    (?:push|breaking news|email) (?:notifications|alerts)\b.{0,60}(?:sign|turn|get|subscri|allow)
    (?:^|[.!?:] )(?:download|get) (?:the|our) .{0,30}\bapp\b
    (?:join|follow) (?:us|our) .{0,40}(?:channel|whatsapp|telegram|facebook|twitter|instagram|community)|find us on
    # tips, errors, contact
    (?:do you have|have you got|got) (?:a |an? \w+ )?(?:story|tip|question|correction)s?\b.{0,60}(?:\?|e-?mail|tell us)
    (?:spotted|found|see|seen|notice[d]?) (?:a |an )?(?:mistake|error|typo|inaccuracy)
    (?:report|suggest) (?:a|an) (?:error|typo|correction|mistake)
    send (?:us )?(?:your )?(?:tips|feedback|corrections)
    (?:email|contact|write to|reach) (?:the (?:author|reporter|editor)|him|her|us|me)(?: at|:| on)? .{0,20}\S+@\S+
    ^[\w.’' -]{3,40} is an? (?:\w+[ -]){0,4}(?:reporter|correspondent|columnist|editor|writer) (?:for|at|based)\b
    # what stands under shops and advertisements
    (?:we|\w+) may (?:earn|receive) (?:a |an )?(?:affiliate )?(?:commission|compensation)|affiliate links?\b
    (?:article|story|scroll) (?:continues|down) (?:below|after|to continue)
    skip (?:past )?(?:newsletter|advert|promotion|ad)\b
    after newsletter promotion|ad(?:vertisement)? feedback|why am i seeing this|remove ads|report (?:this )?ad
    republish (?:this|our) (?:article|stor)|request (?:reprint|permission)|reprints? (?:and|&) permissions
    first published (?:on|in|:)|this (?:page|article) was last (?:updated|modified)
    # Ukrainian, Russian
    ctrl ?\+ ?enter|знайшли помилку|помітили помилку|нашли ошибку|стежте за (?:нами|новинами)
    підпис(?:уйтесь|атися|уйтеся) (?:на|в) .{0,60}(?:telegram|телеграм|канал|facebook|розсилк|youtube|instagram|viber)
    (?:наш|наші|в нашому) (?:telegram|телеграм)[ -]?канал
    подпис(?:ывайтесь|аться) на .{0,60}(?:telegram|телеграм|канал|рассылк|youtube)
    читайте (?:нас|нові) .{0,20}(?:в|у|на) (?:telegram|google|facebook|телеграм)|наш(?:і|их)? партнер(?:и|ів)\b.{0,20}$
    # Arabic, Chinese
    (?:تابعوا|تابع|انضم|اشترك|سجل) .{0,40}(?:واتساب|تليغرام|تلغرام|تويتر|فيسبوك|قناتنا|النشرة|يوتيوب)|لا يفوتك
    حمّ?ل التطبيق|جميع الحقوق
    (?:扫描|扫一扫|长按).{0,20}(?:二维码|关注|识别)|(?:下载|打开).{0,10}(?:app|客户端)|欢迎(?:关注|转发|订阅|下载)|本文(?:来源|来自|系|转自|仅代表|不代表)
    (?:声明|免责声明)[:：]|转载请(?:注明|联系)|微信公众号|举报(?:邮箱|电话)|(?:联系|投稿)(?:邮箱|电话)
    # German, French, Spanish, Portuguese, Italian
    (?:jetzt|hier|kostenlos|gleich) .{0,30}(?:abonnieren|anmelden|registrieren|testen|herunterladen)
    folgen sie .{0,60}(?:auf|bei|hier)|(?:fehler|tippfehler) (?:gefunden|entdeckt|melden)
    (?:kommentare|beiträge?) (?:lesen|schreiben|anzeigen)\b.{0,20}$|diskutieren sie .{0,40}
    (?:weiterlesen|zugang) .{0,20}(?:abo|plus)
    (?:abonnez|inscrivez|connectez)-vous|(?:réservé|reserve) (?:aux|à nos) abonn[ée]s|déjà abonn[ée]
    recev(?:oir|ez) .{0,30}(?:newsletter|lettre|e-?mail)|signaler (?:une erreur|un contenu|un abus)
    suscr[íi]b(?:ete|ase|irte).{0,60}|reg[íi]strate .{0,30}(?:gratis|para|y)
    (?:síguenos|sigue|siga-nos|siga o) .{0,40}(?:en|no|na) (?:twitter|facebook|instagram|google|whatsapp|telegram|x\b)
    recib[ea] .{0,30}(?:newsletter|bolet[íi]n|correo)|ya (?:eres|soy) suscriptor
    exclusivo para (?:suscriptores|assinantes)|assine (?:já|agora|o|a)\b
    (?:iscriviti|abbonati|registrati|seguici)\b.{0,80}
""")
)

# In the smallest print: who writes or wrote it and how to reach them.
CONTACT = any_of(r"""
    \S{1,40}@[\w-]{1,40}\.[\w.-]{2,30}|@\w{2,20}|(?:e-?mail|contact|twitter|tel|phone|fax|telefon|тел)\.?\s?[:@].{2,60}
    #\w{2,40}(?: #\w{2,40})*
    (?:permalink|permanent link|short ?url|webcode|isbn|issn|doi)\b.{0,80}|posted (?:in|by|on|at) .{2,60}
    tagged .{2,100}
    (?:replies|reply|quote|flag|report|upvote|downvote|edit|delete|\+1|-1)(?: \d+)?
    (?:teilen|tweet|share|like|mail|gefällt mir)\s?\d+|[+-]?\d{1,5}
    \d* ?(?:shares?|likes?|views?|aufrufe|vues|vistas|переглядів|просмотров)|saving\.{0,3}|(?:your|the) link was .{0,30}
    link copied.{0,20}
""")

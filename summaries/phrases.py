# ruff: noqa: E501
"""The words that pages say about themselves (consent, sharing, comments, captions ...), in several languages.

Each pattern is met with one line of at most `MAX_LINE` characters and has no nested repetition, so that it takes
linear time on any line.
"""

import re

MAX_LINE = 400  # longer lines are paragraphs; a phrase at their edge does not make them boilerplate


def _any(*families: str) -> str:
    return "|".join(family.strip() for family in families)


# A whole line that is nothing but a control, a link or a sign.
_SHARE = _any(
    r"(?:share|tweet|pin|post|send|follow)(?: (?:this|us|on|via|to|by|article|story|page|post|x|in|with|me|it))*(?: (?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|instagram|youtube|e-?mail|google news|flipboard|bluesky|threads|mastodon|social media|friends))*",
    r"facebook|twitter|whatsapp|telegram|linkedin|reddit|pinterest|instagram|youtube|tiktok|viber|vkontakte|weibo|wechat|flipboard|bluesky|threads|messenger|pocket|x|rss",
    r"e-?mail(?: this(?: article| page)?)?|print(?: this(?: article| page)?| article)?|copy(?: link| url)?|link copied!?|bookmark|save(?: article| for later)?|like|likes|clip|gift this article",
    r"поділи(?:тися|ться|ться новиною).{0,30}|поширити.{0,30}|читайте нас.{0,30}|підпис(?:атися|уйтесь|уйтеся).{0,60}|друкувати|роздрукувати|скопіювати посилання|копіювати посилання",
    r"поделиться.{0,30}|подписаться.{0,30}|подписывайтесь.{0,60}|распечатать|скопировать ссылку",
    r"شارك(?: .{0,30})?|مشاركة(?: .{0,30})?|انشر|نسخ الرابط|طباعة|تابعنا(?: .{0,30})?|تابعونا(?: .{0,30})?",
    r"分享(?:到|至|给|給)?.{0,12}|微信|微博|qq空间|打印|字号.{0,6}|扫一扫.{0,20}|复制链接|收藏|点赞|转发",
    r"teilen(?: auf .{0,20})?|artikel (?:teilen|drucken|merken).{0,20}|drucken|merken|link kopieren|folgen sie uns.{0,30}",
    r"partag(?:er|ez)(?: .{0,30})?|imprimer|envoyer par e-?mail|copier le lien|suivez-nous.{0,30}",
    r"compart(?:ir|e|a)(?: .{0,30})?|imprimir|enviar por (?:correo|e-?mail)|copiar enlace|s[ií]guenos.{0,30}|siga-nos.{0,30}",
)
_NAVIGATION = _any(
    r"menu|home|home ?page|search|search (?:the |this )?(?:site|bbc|web)|skip to .{0,40}|jump to.{0,40}|(?:main )?navigation|sections?|close(?: menu| search)?|open menu|toggle .{0,30}",
    r"sign (?:in|up|out)|log ?(?:in|out|on)|register|my account|create (?:an )?account|subscribe(?: (?:now|today|here))?|donate|support us|contact(?: us)?|about(?: us)?|help|faq|careers|advertise(?: with us)?|site ?map|world|business|politics|sports?|technology|tech|science|health|culture|opinion|weather|travel|video|entertainment|style|more",
    r"back to (?:the )?top|to top|top of page|go back|return to .{0,30}|next(?: article| post| page| story)?|prev(?:ious)?(?: article| post| page| story)?|(?:view|see|show|load|read)(?: more| all| less)(?: .{0,30})?|continue reading.{0,60}|read (?:full|the full|in app).{0,30}|loading.{0,10}|click (?:here|to) .{0,40}|tap to .{0,30}|\d+ of \d+|page \d+(?: of \d+)?|expand|play|pause|mute|watch(?: now| live| more)?|listen(?: to (?:this )?(?:article|story))?.{0,20}|live|replay",
    r"головна|меню|пошук|світ|економіка|політика|спорт|суспільство|увійти|вхід|реєстрація|догори|вгору|нагору|читати далі|докладніше|показати більше|завантажити ще|усі новини|всі новини",
    r"главная|меню|поиск|мир|экономика|политика|спорт|общество|войти|вход|регистрация|наверх|читать далее|подробнее|показать еще|все новости",
    r"الرئيسية|القائمة|بحث|ابحث|العالم|اقتصاد|الاقتصاد|سياسة|رياضة|الرياضة|تسجيل الدخول|إنشاء حساب|اشترك(?: .{0,30})?|إلى الأعلى|اقرأ المزيد|المزيد|التالي|السابق",
    r"首页|首頁|菜单|导航|搜索|搜尋|国际|國際|国内|财经|财经新闻|体育|體育|科技|娱乐|登录|登入|注册|註冊|返回顶部|回到顶部|返回首页|更多|查看更多|阅读更多|上一篇.{0,60}|下一篇.{0,60}|阅读全文|下载(?:客户端|app).{0,10}",
    r"startseite|menü|suche|suchen|anmelden|abmelden|registrieren|abonnieren|nach oben|zum inhalt.{0,20}|zur startseite|mehr lesen|weiterlesen|mehr anzeigen|alle anzeigen|impressum|kontakt|politik|wirtschaft",
    r"accueil|menu|recherche|rechercher|se connecter|s'inscrire|s[’']abonner.{0,30}|abonnez-vous.{0,40}|haut de page|retour en haut|lire la suite|voir plus|aller au contenu|monde|économie|politique",
    r"inicio|portada|men[uú]|buscar|iniciar sesi[oó]n|registrarse|suscr[ií]b(?:ete|irse|ase).{0,40}|volver arriba|ir al contenido|leer m[aá]s|ver m[aá]s|mundo|econom[ií]a|pol[ií]tica|deportes",
)
_CONSENT_BUTTON = _any(
    r"i agree|agree(?: (?:and|&) (?:close|continue|proceed))?|(?:accept|reject|allow|decline|refuse)(?: all)?(?: (?:and|&) \w+)?(?: cookies)?|got it!?|ok(?:ay)?|(?:manage|change|customi[sz]e|cookie|privacy|consent)(?: (?:settings|preferences|cookies|consent|options|choices|policy|notice|statement))+|(?:our )?privacy (?:policy|notice|statement|settings)(?: (?:and|&) .{0,40})?|(?:our )?privacy|cookies?(?: policy)?|terms(?: (?:of (?:use|service)|(?:and|&) conditions))?|we value your privacy|your privacy(?: choices)?|do not sell .{0,40}|more information|learn more",
    r"погоджуюсь?|погоджуюся|прийняти(?: (?:все|усе|усі))?(?: cookies?)?|зрозуміло|відхилити|налаштування(?: cookies?)?|політика (?:конфіденційності|cookie.{0,10})|умови користування",
    r"согласен|согласиться|принять(?: все)?|понятно|отклонить|политика конфиденциальности|пользовательское соглашение",
    r"أوافق|موافق|قبول(?: الكل)?|رفض(?: الكل)?|سياسة الخصوصية|شروط (?:الاستخدام|الخدمة)|إعدادات ملفات تعريف الارتباط",
    r"同意|我同意|接受(?:全部|所有)?.{0,8}|拒绝|知道了|隐私(?:政策|声明|条款)|使用条款|用户协议|cookie ?设置",
    r"(?:alle )?(?:akzeptieren|ablehnen|zustimmen)|einverstanden|ich stimme zu|datenschutz(?:erkl[aä]rung|hinweise)?|cookie-?einstellungen|einstellungen|agb",
    r"(?:tout )?(?:accepter|refuser)|j[’']accepte|param[eé]trer(?: les cookies)?|politique de confidentialit[eé]|mentions l[eé]gales|conditions .{0,30}",
    r"(?:aceptar|rechazar)(?: tod[oa]s?)?(?: las cookies)?|acepto|de acuerdo|configur(?:ar|aci[oó]n).{0,20}|pol[ií]tica de (?:privacidad|cookies)|aviso legal|t[eé]rminos .{0,30}",
)
_ADVERTISING = _any(
    r"advert(?:isement|ising|s)?|ad|ads|sponsored(?: (?:content|by.{0,40}))?|promoted(?: .{0,30})?|paid (?:content|post)|story continues below.{0,20}|(?:article|story) continues (?:after|below) .{0,30}|powered by .{0,30}|.{0,30} is sponsored by",
    r"реклама|на правах реклами|на правах рекламы|إعلان|إعلانات|广告|廣告|anzeige|werbung|publicit[eé]|publicidad|anuncio",
)
ALONE = re.compile(
    _any(
        _SHARE, _NAVIGATION, _CONSENT_BUTTON, _ADVERTISING,
        r"\d[\d.,]*k? (?:comments?|shares?|likes?|views?|replies|reactions|followers)|(?:\d+ )?min(?:ute)?s? read|\d+ minutes?|reading time.{0,20}|comments? \(?\d+\)?|no comments(?: yet)?|(?:\d+ )?коментар(?:ів|і)?|(?:阅读|评论|浏览)(?:数|量)?[:：]? ?\d*",
        r"\W*",
    ),
    re.IGNORECASE,
)  # fmt: skip

# A line that says, anywhere in it, that it is not the article's.
ANYWHERE = re.compile(
    _any(
        r"\b(?:we|our partners|this (?:web)?site|our (?:web)?site)\b.{0,60}\bus(?:es?|ing) (?:of )?cookies|(?:our|agree to the|consent to (?:our|the)) use of cookies|by continuing to (?:browse|use|visit)|by clicking.{0,80}(?:agree|accept|consent)|change your (?:cookie )?(?:settings|preferences) (?:at any time|through)|your e-?mail address will not be published|required fields are marked|you must be logged in|log in to (?:leave|post|reply)|sign in to (?:comment|continue|read)|create a free account|already (?:a subscriber|have an account)|notify me of (?:new|follow)|save my name, e-?mail",
        r"all rights reserved|may not be (?:published|reproduced|redistributed)|©|\(c\) (?:19|20)\d\d|copyright (?:©|\(c\)|(?:19|20)\d\d)",
        r"(?:sign up|subscribe) (?:for|to) (?:our|the|receive|get)|(?:get|receive) .{0,60} (?:in|to|straight to) your inbox|enter your e-?mail|subscribe .{0,40}newsletter|by (?:signing up|subscribing|registering|submitting)|unsubscribe at any time|follow us on|like us on|join us on|download (?:our|the) app|available on the app store|disable your ad ?blocker|(?:enable|requires) javascript|your browser (?:does not|is (?:out of date|not supported))",
        r"використовує(?:мо)? файли cookie|файли cookie|продовжуючи (?:перегляд|користув).{0,60}(?:погоджуєтес|згод)|(?:усі|всі) права захищ|передрук .{0,60}(?:дозвол|посилан|заборон)|ваша? e-?mail адреса не (?:буде )?оприлюдн|обов[’']язкові поля|підпишіться на|підписуйтесь на|слідкуйте за нами",
        r"используе[тм].{0,30}(?:файлы )?cookie|файлы cookie|все права защищены|ваш(?: адрес)? e-?mail не будет опубликован|обязательные поля|подпишитесь на|подписывайтесь на",
        r"ملفات تعريف الارتباط|الكوكيز|جميع الحقوق محفوظة|حقوق النشر|لن يتم نشر (?:عنوان )?بريدك|الحقول الإلزامية|اشترك في (?:نشرتنا|النشرة)|نشرتنا (?:الإخبارية|البريدية)|تابعونا على|باستخدامك لهذا الموقع",
        r"使用\s?cookie|cookies? ?(?:政策|设置)|继续浏览.{0,20}(?:同意|接受)|版权(?:所有|声明)|版權所有|未经.{0,12}(?:授权|许可|允许|同意).{0,20}|不得转载|违者必究|电子邮件地址不会被公开|必填项已?用?|订阅(?:我们|本站|电子报)|关注我们|责任编辑[:：]|责编[:：]|编辑[:：]|[京沪粤]icp",
        r"(?:wir|diese (?:web)?seite|website) .{0,40}cookies|verwendung von cookies|alle rechte vorbehalten|ihre e-?mail-?adresse wird nicht|erforderliche felder|(?:jetzt )?(?:unseren )?newsletter (?:abonnieren|anmelden|bestellen)|abonnieren sie",
        r"(?:nous|ce site|notre site) .{0,40}cookies|utilisation (?:de|des) cookies|tous droits r[eé]serv[eé]s|votre adresse e-?mail ne sera pas|champs obligatoires|inscrivez-vous [aà]|abonnez-vous [aà]|en poursuivant votre navigation",
        r"(?:utilizamos|usamos|este sitio .{0,20}(?:usa|utiliza)|uso de) (?:las )?cookies|todos los derechos reservados|todos os direitos reservados|tu (?:direcci[oó]n de correo|correo) .{0,20}no ser[aá]|los campos (?:obligatorios|requeridos)|suscr[ií]bete a|si contin[uú]as? navegando|al continuar navegando",
    ),
    re.IGNORECASE,
)

# Headings under which the article is over: comments, and links to other articles.
COMMENTS = re.compile(
    _any(
        r"(?:\d+ )?(?:reader )?comments?(?: \(?\d+\)?)?|leave (?:a|your) (?:reply|comment)|post a comment|add (?:a|your) comment|write a comment|join the (?:conversation|discussion)|\d+ (?:comments|responses|replies|thoughts)(?: (?:on|to) .{0,80})?|(?:view|show|read|load|see) (?:all )?(?:\d+ )?comments.{0,20}|comments are closed.?|discussion|what do you think\?|have your say",
        r"(?:\d+ )?коментар(?:і|ів|і \(?\d+\)?)?|залиш(?:ити|те) коментар|додати коментар|обговорення|комментарии(?: \(?\d+\)?)?|оставить комментарий|добавить комментарий",
        r"التعليقات|تعليقات|اترك (?:تعليقا?ً?|رداً?|ردا)|أضف تعليق(?:ا|اً|ك)?|شارك برأيك",
        r"(?:网友|网民|最新|热门|全部)?评论(?:区)?(?: ?\(?\d+\)?)?|发表(?:评论|回复|评论)|我要评论|留言(?:板)?|發表評論",
        r"(?:\d+ )?kommentare?(?: \(?\d+\)?)?|kommentar (?:schreiben|verfassen|hinterlassen)|schreiben sie einen kommentar|diskussion",
        r"(?:\d+ )?commentaires?(?: \(?\d+\)?)?|laisser un commentaire|ajouter un commentaire|r[eé]agir",
        r"(?:\d+ )?coment[aá]rios?(?: \(?\d+\)?)?|deja (?:un comentario|una respuesta)|escribe un comentario|comentar",
    ),
    re.IGNORECASE,
)
RELATED = re.compile(
    _any(
        r"related(?: (?:articles?|stor(?:y|ies)|posts?|news|topics?|links?|content|coverage|reading|videos?|terms))?|(?:read|see) (?:also|next|more(?: (?:on|about|from) .{0,40})?)|more (?:from|on|in|about|like) .{1,60}|more (?:stories|news|articles|top stories|headlines|coverage)(?: .{0,40})?|you (?:may|might) (?:also |be )?(?:like|interested).{0,30}|recommended(?: .{0,30})?|(?:most|more) (?:popular|read|viewed|shared|commented|e?mailed|discussed)(?: .{0,30})?|trending(?: (?:now|stories|topics|news|today|on .{0,30}))?|search trends|popular(?: (?:posts|now|stories|articles|on .{0,30}))?|(?:latest|recent|breaking|other|top|featured|editor[’']?s?[’']?)(?: (?:news|stories|posts|articles|headlines|videos|comments|picks|choice))+(?: .{0,30})?|don[’']t miss|editor[’']?s[’']? picks?|what to read next|up next|read next|next in .{0,40}|around the web|from (?:the|our) (?:web|partners|network).{0,20}|sponsored (?:stories|links|content)|promoted stories|about the authors?|about (?:this|our) (?:site|website|blog)|(?:our )?newsletters?|sign up for .{0,60}|subscribe to .{0,60}|stay (?:connected|informed|up to date)|follow us|connect with us|filed under:?.{0,60}|tags?:?|topics:?|explore more.{0,30}|further reading|external links",
        r"(?:читайте|дивіться|читати) (?:також|ще)[:：]?|(?:схожі|пов[’']язані|останні|популярні|головні|інші|актуальні)(?: (?:новини|статті|матеріали|публікації|теми))|новини (?:за темою|партнерів|дня)|за темою|на тему|більше новин.{0,30}|найпопулярніше|найчитаніше|рекомендуємо|теги:?|про автора|підпис(?:атися|уйтесь|ка) на .{0,40}",
        r"(?:читайте|смотрите) (?:также|еще)[:：]?|(?:похожие|связанные|последние|популярные|главные|другие)(?: (?:новости|статьи|материалы|публикации))|новости (?:по теме|партнеров|дня)|по теме|рекомендуем|самое (?:читаемое|популярное)|теги:?|об авторе",
        r"(?:أخبار|مقالات|مواضيع|مواد|موضوعات) (?:ذات صلة|متعلقة|مشابهة|أخرى)|ذات صلة|اقرأ (?:أيضا|أيضاً|ايضا)[:：]?.{0,60}|الأكثر (?:قراءة|مشاهدة|تداولا|تداولاً|شعبية)|آخر الأخبار|قد يعجبك(?: أيضا| أيضاً)?|المزيد (?:من|حول|عن) .{0,40}|مختارات|كلمات مفتاحية.{0,40}|الوسوم.{0,40}|النشرة (?:الإخبارية|البريدية)",
        r"(?:相关|相關|推荐|推薦|热门|熱門|延伸|猜你)(?:新闻|新聞|阅读|閱讀|文章|推荐|链接|报道|報導|话题|喜欢|搜索|视频|专题|内容)+|推荐(?:阅读)?|热搜(?:榜)?|热点(?:新闻|推荐)?|最新(?:新闻|文章|消息)|更多(?:新闻|内容|报道|精彩).{0,10}|(?:新闻|点击|阅读)?排行(?:榜)?|标签[:：]?.{0,40}|关键词[:：].{0,40}|关于作者|编辑推荐|精彩推荐|今日(?:热点|推荐)",
        r"(?:verwandte|ähnliche|weitere|mehr|aktuelle|neueste) (?:artikel|themen|nachrichten|beitr[aä]ge|meldungen|links).{0,30}|mehr (?:zum thema|aus|von|über) ?.{0,40}|zum thema|lesen sie (?:auch|mehr).{0,60}|das k[oö]nnte sie (?:auch )?interessieren|meistgelesen.{0,20}|schlagw[oö]rter.{0,40}|über den autor|newsletter",
        r"(?:articles?|sujets?|contenus?|actualit[eé]s) (?:li[eé]s?|similaires|associ[eé]s?|connexes|recommand[eé]s)|(?:à|a) lire (?:aussi|[eé]galement).{0,60}|lire aussi.{0,60}|voir aussi.{0,60}|sur le m[eê]me (?:sujet|th[eè]me)|les plus (?:lus|populaires|partag[eé]s)|dans la m[eê]me rubrique|vous aimerez aussi.{0,20}|derni[eè]res (?:actualit[eé]s|nouvelles|infos)|[àa] propos de l[’']auteur|newsletters?",
        r"(?:noticias|art[ií]culos|notas|contenidos?|temas|not[ií]cias|artigos) (?:relacionad[oa]s?|similares|recomendad[oa]s?|destacad[oa]s?)|relacionad[oa]s?|(?:lea|lee|leia|veja|ver|te puede|m[aá]s) (?:tambi[eé]n|tamb[eé]m|interesar|mais|noticias|sobre|de|en).{0,40}|lo m[aá]s (?:le[ií]do|visto|popular)|mais lidas|[uú]ltimas noticias|etiquetas:?|sobre el autor|bolet[ií]n.{0,30}",
    ),
    re.IGNORECASE,
)

# Under or over a picture.
_AGENCIES = r"afp|ap|reuters|cfp|vcg|epa|efe|dpa|ansa|xinhua|getty(?: images)?|imago|shutterstock|istock|unsplash|flickr|alamy|tass|anadolu|zuma(?:press)?|bloomberg"
CAPTION_START = re.compile(
    _any(
        r"(?:(?:media|image|photo|video|picture|figure)(?: caption| credit| source|s? by)?|(?:file )?photo(?:graph)?(?: by)?|photo illustration|illustration|source image|credits?|фото|світлина|фотографія|ілюстрація|иллюстрация|foto|bild|symbolbild|bildquelle|photo d[’']archives|cr[eé]dit(?: photo)?|cr[eé]dito|imagen|imagem|صورة|الصورة|تصوير|图片来源|图片|图为|资料图|资料图片|圖)(?:\s?[:：|/]|\s?caption\b)",
        r"图为|资料图",
    ),
    re.IGNORECASE,
)
CAPTION_END = re.compile(  # searched in the last `CAPTION_TAIL` characters of a line
    _any(
        rf"[\s.,)|(\[]/?\s?(?:(?:photo|image|file|foto|фото|via|by)\s?[:/]?\s?)?(?:{_AGENCIES})(?:[/,\s]+(?:{_AGENCIES}|images|file|via|pool|photo|stringer))*[)\]]?$",
        r"(?:[.。]|\s)(?:photo|photograph|image|фото|світлина|foto|credit|cr[eé]dit|صورة|تصوير)s?\s?(?:by\b|[:：/]).{0,60}$",
        r"[(\[](?:photo|image|file|фото|foto|bild|cr[eé]dit)\b.{0,60}[)\]]\.?$",
        r"(?:图片来源|摄影[:：]|记者.{0,8}摄|新华社发|供图|图/).{0,20}$",
    ),
    re.IGNORECASE,
)
CAPTION_TAIL = 80
CREDIT_AT_END = re.compile(
    r"(?:[.。]|\s|^)\s?/\s?[A-Z][\w&-]{1,20}(?: [A-Z][\w&-]{1,20}){0,3}$"
)  # ". /CFP", " /Name Of Agency"

# Who wrote it, before the text.
BYLINE = re.compile(
    _any(
        r"by:? [^.!?]{2,80}|(?:written|reported|edited|reporting|story|words|analysis|posted|published) by:? .{2,80}|(?:reporting|editing|additional reporting|writing) by .{2,160}|.{2,60} (?:staff writer|correspondent|reporter|editor|contributor),?.{0,40}|author:? .{2,60}",
        r"автор:? .{2,60}|текст:? .{2,60}|von [^.!?]{2,60}|par [^.!?]{2,60}|por [^.!?]{2,60}|بقلم:? .{2,60}|كتب:? .{2,60}|(?:作者|记者|編輯|撰文|来源|來源|文)[:：/｜|].{1,60}",
    ),
    re.IGNORECASE,
)
SOURCE_LINE = re.compile(
    r"(?:source|quelle|fuente|fonte|джерело|источник|المصدر|来源|來源|稿源)\s?[:：]\s?(.{2,60})", re.IGNORECASE
)

# Words that names of outlets hold, and names of people do not.
OUTLET_WORD = re.compile(
    r"\b(?:news|times|post|daily|journal|agency|press|herald|tribune|gazette|guardian|today|tv|radio|media|network|observer|chronicle|courier|broadcasting|magazine|review|wire|weekly|mail|mirror|standard|telegraph|independent|examiner|inquirer|dispatch|bulletin|express|globe|sun|star|echo|monitor|argus|ledger|register|sentinel|report|online|service|zeitung|nachrichten|rundschau|anzeiger|kurier|presse|spiegel|blatt|monde|figaro|lib[eé]ration|diario|peri[oó]dico|pa[ií]s|mundo|gaceta|folha|jornal|corriere|gazeta|dziennik)\b"
    r"|новини|новин|правда|газета|вісник|агентство|агенція|хроніка|радіо|телеканал|новости|вести|известия|ведомости"
    r"|وكالة|قناة|صحيفة|جريدة|الجزيرة|العربية|أخبار|الأخبار|مرصد|اليوم"
    r"|新闻|新聞|日报|日報|晚报|时报|時報|通讯社|社$|网$|網$|电视|電視|广播|频道|报$|報$|周刊",
    re.IGNORECASE,
)

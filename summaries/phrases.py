"""The words that pages say about themselves (consent, sharing, comments, captions ...), in several languages.

All are in lower case and want a line in lower case: a pattern that ignores case is eight times slower. Each is met with
a line of bounded length and has no repetition inside a repetition, so that no line takes long.
"""

import re

from summaries.screen import Screen, any_of

MAX_LINE = 400  # longer lines are paragraphs; a phrase at their edge does not make them the page's


_SITES = (
    "facebook|twitter|whatsapp|telegram|linkedin|reddit|pinterest|instagram|youtube|tiktok|viber|vkontakte|weibo|wechat"
    "|flipboard|bluesky|threads"
)
_TO = f"(?: (?:{_SITES}|x|e-?mail|google news|mastodon|social media|friends))*"
_SHARE_ON = rf"""
    (?:share|tweet|pin|post|send|follow)(?: (?:this|us|on|via|to|by|article|story|page|post|in|with|me|it))*{_TO}
    {_SITES}|messenger|pocket|x|rss
"""
_SHARE = r"""
    # English
    e-?mail(?: this(?: article| page)?)?|print(?: this(?: article| page)?| article)?|copy(?: link| url)?
    link copied!?|bookmark|save(?: article| for later)?|like|likes|clip|gift this article
    # Ukrainian
    поділи(?:тися|ться|ться новиною).{0,30}|поширити.{0,30}|читайте нас.{0,30}
    підпис(?:атися|уйтесь|уйтеся).{0,60}|друкувати|роздрукувати|скопіювати посилання|копіювати посилання
    # Russian
    поделиться.{0,30}|подписаться.{0,30}|подписывайтесь.{0,60}|распечатать|скопировать ссылку
    # Arabic
    شارك(?: .{0,30})?|مشاركة(?: .{0,30})?|انشر|نسخ الرابط|طباعة|تابعنا(?: .{0,30})?|تابعونا(?: .{0,30})?
    # Chinese
    分享(?:到|至|给|給)?.{0,12}|微信|微博|qq空间|打印|字号.{0,6}|扫一扫.{0,20}|复制链接|收藏|点赞|转发
    # German
    teilen(?: auf .{0,20})?|artikel (?:teilen|drucken|merken).{0,20}|drucken|merken|link kopieren
    folgen sie uns.{0,30}
    # French
    partag(?:er|ez)(?: .{0,30})?|imprimer|envoyer par e-?mail|copier le lien|suivez-nous.{0,30}
    # Spanish and Portuguese
    compart(?:ir|e|a)(?: .{0,30})?|imprimir|enviar por (?:correo|e-?mail)|copiar enlace|s[ií]guenos.{0,30}
    siga-nos.{0,30}
"""

_NAVIGATION = r"""
    # English
    menu|home|home ?page|search|search (?:the |this )?(?:site|bbc|web)|skip to .{0,40}|jump to.{0,40}
    (?:main )?navigation|sections?|close(?: menu| search)?|open menu|toggle .{0,30}
    sign (?:in|up|out)|log ?(?:in|out|on)|register|my account|create (?:an )?account
    subscribe(?: (?:now|today|here))?|donate|support us|contact(?: us)?|about(?: us)?|help|faq|careers
    advertise(?: with us)?|site ?map|world|business|politics|sports?|technology|tech|science|health|culture|opinion
    weather|travel|video|entertainment|style|more
    back to (?:the )?top|to top|top of page|go back|return to .{0,30}|next(?: article| post| page| story)?
    prev(?:ious)?(?: article| post| page| story)?|(?:view|see|show|load|read)(?: more| all| less)(?: .{0,30})?
    continue reading.{0,60}|read (?:full|the full|in app).{0,30}|loading.{0,10}|click (?:here|to) .{0,40}
    tap to .{0,30}|\d+ of \d+|page \d+(?: of \d+)?|expand|play|pause|mute|watch(?: now| live| more)?
    listen(?: to (?:this )?(?:article|story))?.{0,20}|live|replay
    # Ukrainian
    головна|меню|пошук|світ|економіка|політика|спорт|суспільство|увійти|вхід|реєстрація|догори|вгору|нагору
    читати далі|докладніше|показати більше|завантажити ще|усі новини|всі новини
    # Russian
    главная|меню|поиск|мир|экономика|политика|спорт|общество|войти|вход|регистрация|наверх|читать далее|подробнее
    показать еще|все новости
    # Arabic
    الرئيسية|القائمة|بحث|ابحث|العالم|اقتصاد|الاقتصاد|سياسة|رياضة|الرياضة|تسجيل الدخول|إنشاء حساب|اشترك(?: .{0,30})?
    إلى الأعلى|اقرأ المزيد|المزيد|التالي|السابق
    # Chinese
    首页|首頁|菜单|导航|搜索|搜尋|国际|國際|国内|财经|财经新闻|体育|體育|科技|娱乐|登录|登入|注册|註冊|返回顶部|回到顶部|返回首页|更多|查看更多|阅读更多|上一篇.{0,60}|下一篇.{0,60}
    阅读全文|下载(?:客户端|app).{0,10}
    # German
    startseite|menü|suche|suchen|anmelden|abmelden|registrieren|abonnieren|nach oben|zum inhalt.{0,20}
    zur startseite|mehr lesen|weiterlesen|mehr anzeigen|alle anzeigen|impressum|kontakt|politik|wirtschaft
    # French
    accueil|menu|recherche|rechercher|se connecter|s'inscrire|s[’']abonner.{0,30}|abonnez-vous.{0,40}|haut de page
    retour en haut|lire la suite|voir plus|aller au contenu|monde|économie|politique
    # Spanish and Portuguese
    inicio|portada|men[uú]|buscar|iniciar sesi[oó]n|registrarse|suscr[ií]b(?:ete|irse|ase).{0,40}|volver arriba
    ir al contenido|leer m[aá]s|ver m[aá]s|mundo|econom[ií]a|pol[ií]tica|deportes
"""

_CONSENT_BUTTON = r"""
    # English
    i agree|agree(?: (?:and|&) (?:close|continue|proceed))?
    (?:accept|reject|allow|decline|refuse)(?: all)?(?: (?:and|&) \w+)?(?: cookies)?|got it!?|ok(?:ay)?
    (?:manage|change|set)(?: my| your| cookie| privacy| consent)? (?:settings|preferences|cookies|consent|choices)
    (?:cookie|privacy|consent) (?:settings|preferences|consent|choices|policy|notice|statement)(?: (?:and|&) .{0,40})?
    (?:our )?privacy (?:policy|notice|statement|settings)(?: (?:and|&) .{0,40})?|(?:our )?privacy
    cookies?(?: policy)?|terms(?: (?:of (?:use|service)|(?:and|&) conditions))?|we value your privacy
    your privacy(?: choices)?|do not sell .{0,40}|more information|learn more
    # Ukrainian
    погоджуюсь?|погоджуюся|прийняти(?: (?:все|усе|усі))?(?: cookies?)?|зрозуміло|відхилити
    налаштування(?: cookies?)?|політика (?:конфіденційності|cookie.{0,10})|умови користування
    # Russian
    согласен|согласиться|принять(?: все)?|понятно|отклонить|политика конфиденциальности|пользовательское соглашение
    # Arabic
    أوافق|موافق|قبول(?: الكل)?|رفض(?: الكل)?|سياسة الخصوصية|شروط (?:الاستخدام|الخدمة)|إعدادات ملفات تعريف الارتباط
    # Chinese
    同意|我同意|接受(?:全部|所有)?.{0,8}|拒绝|知道了|隐私(?:政策|声明|条款)|使用条款|用户协议|cookie ?设置
    # German
    (?:alle )?(?:akzeptieren|ablehnen|zustimmen)|einverstanden|ich stimme zu|datenschutz(?:erkl[aä]rung|hinweise)?
    cookie-?einstellungen|einstellungen|agb
    # French
    (?:tout )?(?:accepter|refuser)|j[’']accepte|param[eé]trer(?: les cookies)?|politique de confidentialit[eé]
    mentions l[eé]gales|conditions .{0,30}
    # Spanish and Portuguese
    (?:aceptar|rechazar)(?: tod[oa]s?)?(?: las cookies)?|acepto|de acuerdo|configur(?:ar|aci[oó]n).{0,20}
    pol[ií]tica de (?:privacidad|cookies)|aviso legal|t[eé]rminos .{0,30}
"""

_ADVERTISING = r"""
    # English
    advert(?:isement|ising|s)?|ad|ads|sponsored(?: (?:content|by.{0,40}))?|promoted(?: .{0,30})?
    paid (?:content|post)|story continues below.{0,20}|(?:article|story) continues (?:after|below) .{0,30}
    powered by .{0,30}|.{0,30} is sponsored by
    # other languages
    реклама|на правах реклами|на правах рекламы|إعلان|إعلانات|广告|廣告|anzeige|werbung|publicit[eé]|publicidad|anuncio
"""

_COUNTS = r"""
    \d[\d.,]*k? (?:comments?|shares?|likes?|views?|replies|reactions|followers)|(?:\d+ )?min(?:ute)?s? read
    \d+ minutes?|reading time.{0,20}|comments? \(?\d+\)?|no comments(?: yet)?|(?:\d+ )?коментар(?:ів|і)?
    (?:阅读|评论|浏览)(?:数|量)?[:：]? ?\d*
    \W*
"""

# A whole line that is nothing but a control, a link or a sign.
ALONE = any_of(_SHARE_ON, _SHARE, _NAVIGATION, _CONSENT_BUTTON, _ADVERTISING, _COUNTS)

# A line that says, anywhere in it, that it asks for consent.
CONSENT = Screen(
    any_of(r"""
    # English
    \b(?:we|our partners|this (?:web)?site|our (?:web)?site)\b.{0,80}\bus(?:e|es|ing) (?:of )?(?:\w+ )?cookies
    our use of cookies|agree to the use of cookies|by continuing to (?:browse|use|visit)|such as cookies and
    by clicking.{0,80}(?:agree|accept|consent)|change your (?:cookie )?(?:settings|preferences) (?:at any time|through)
    # Ukrainian and Russian
    використовує(?:мо)? (?:файли )?cookie|продовжуючи (?:перегляд|користув).{0,60}(?:погоджуєтес|згод)
    (?:мы|сайт) используе[тм].{0,30}cookie|продолжая (?:просмотр|пользоват).{0,60}соглаша
    # Arabic and Chinese
    (?:نستخدم|يستخدم (?:هذا )?الموقع).{0,30}(?:ملفات تعريف الارتباط|الكوكيز)|باستخدامك لهذا الموقع
    (?:我们|本网站|本站).{0,20}使用.{0,6}cookie|继续浏览.{0,20}(?:同意|接受)
    # German, French, Spanish, Portuguese
    \b(?:wir|diese (?:web)?seite) .{0,60}cookies|stimmen sie .{0,60}cookies
    \b(?:nous|ce site|notre site) .{0,60}cookies|vous acceptez .{0,60}cookies|en poursuivant votre navigation
    (?:utilizamos|usamos|este sitio .{0,20}(?:usa|utiliza)) .{0,20}cookies
    si contin[uú]as? navegando|al continuar navegando
""")
)
MAX_CONSENT = 1500  # characters; notices of consent are long

# A line that says, anywhere in it, that it is the page's.
ANYWHERE = Screen(
    any_of(r"""
    # English: comments and accounts
    your e-?mail address will not be published|required fields are marked|you must be logged in
    log in to (?:leave|post|reply|comment)|sign in to (?:comment|continue|read)|notify me of (?:new|follow)
    save my name, e-?mail|create (?:a|your) free account|already (?:a subscriber\?|have an account)
    # What blogs put under each entry of their feed, in English, German, French and Spanish
    ^the post .{1,300} appeared first on |^der beitrag .{1,300} erschien zuerst auf
    ^l[’']article .{1,300} est apparu en premier sur |^la entrada .{1,300} (?:se public[oó]|aparece) primero en
    # English: rights, newsletters, apps
    all rights reserved|(?:material|content|article|story).{0,40} may not be (?:published|reproduced|redistributed)
    ^.{0,100}©.{0,100}$|©.{0,40}(?:19|20)\d\d|\(c\) (?:19|20)\d\d|copyright (?:19|20)\d\d
    sign up (?:for|to) (?:our|receive|get)|subscribe to our|subscribe .{0,40}newsletter|unsubscribe at any time
    (?:get|receive|delivered) .{0,60}(?:in|to|straight to) your inbox|enter your e-?mail
    by (?:signing up|subscribing|registering|submitting).{0,60} you (?:agree|accept|confirm|consent|acknowledge)
    follow us on|like us on facebook|join us on (?:facebook|telegram|whatsapp)|download (?:our|the) app\b
    available on the app store|disable your ad ?blocker|enable javascript
    your browser (?:does not support|is (?:out of date|not supported))
    # Ukrainian and Russian
    (?:усі|всі) права захищ|передрук .{0,60}(?:дозвол|посилан|заборон)|e-?mail адреса не (?:буде )?оприлюдн
    обов[’']язкові поля позначен|підпишіться на наш|підписуйтесь на наш|слідкуйте за нами
    все права защищены|e-?mail не будет опубликован|обязательные поля помечен|подпишитесь на наш|подписывайтесь на наш
    # Arabic
    جميع الحقوق محفوظة|حقوق النشر محفوظة|لن يتم نشر (?:عنوان )?بريدك|الحقول الإلزامية
    اشترك في (?:نشرتنا|النشرة)|نشرتنا (?:الإخبارية|البريدية)|تابعونا على
    # Chinese
    版权(?:所有|声明)|版權所有|未经.{0,12}(?:授权|许可|允许|同意).{0,10}(?:不得|禁止|严禁)|不得转载|违者必究|[京沪粤]icp
    电子邮件地址不会被公开|必填项已|订阅(?:我们|本站|电子报)|关注我们|(?:责任编辑|责编|编辑|校对)[:：]
    # German, French, Spanish, Portuguese
    alle rechte vorbehalten|ihre e-?mail-?adresse wird nicht|erforderliche felder
    newsletter (?:abonnieren|anmelden|bestellen)|tous droits r[eé]serv[eé]s|votre adresse e-?mail ne sera pas
    champs obligatoires sont|(?:inscrivez|abonnez)-vous [aà] notre|todos los derechos reservados
    todos os direitos reservados|tu (?:direcci[oó]n de correo|correo) .{0,20}no ser[aá]|suscr[ií]bete a nuestr
""")
)

# Headings under which the article is over: comments, and links to other articles.
COMMENTS = any_of(r"""
    # English
    (?:\d+ )?(?:reader )?comments?(?: \(?\d+\)?)?|leave (?:a|your) (?:reply|comment)|post a comment
    add (?:a|your) comment|write a comment|join the (?:conversation|discussion)
    (?:there (?:is|are) )?(?:\d+|no) (?:comments?|responses?|replies|thoughts?)(?: (?:on|to|so far) ?.{0,80})?
    (?:view|show|read|load|see) (?:all )?(?:\d+ )?comments.{0,20}|comments are closed.?
    what do you think\?|have your say
    # Ukrainian
    (?:\d+ )?коментар(?:і|ів|і \(?\d+\)?)?|залиш(?:ити|те) коментар|додати коментар
    комментарии(?: \(?\d+\)?)?|оставить комментарий|добавить комментарий
    # Arabic
    التعليقات|تعليقات|اترك (?:تعليقا?ً?|رداً?|ردا)|أضف تعليق(?:ا|اً|ك)?|شارك برأيك
    # Chinese
    (?:网友|网民|最新|热门|全部)?评论(?:区)?(?: ?\(?\d+\)?)?|发表(?:评论|回复|评论)|我要评论|留言(?:板)?|發表評論
    # German
    (?:\d+ )?kommentare?(?: (?:lesen|anzeigen|zum artikel))?(?: \(.{1,20}\)|\d+)?
    kommentar (?:schreiben|verfassen|hinterlassen)|schreiben sie einen kommentar
    # French
    (?:\d+ )?commentaires?(?: \(?\d+\)?)?|laisser un commentaire|ajouter un commentaire|r[eé]agir
    # Spanish and Portuguese
    (?:\d+ )?coment[aá]rios?(?: \(?\d+\)?)?|deja (?:un comentario|una respuesta)|escribe un comentario|comentar
""")

RELATED = any_of(r"""
    # English
    related(?: (?:articles?|stor(?:y|ies)|posts?|news|topics?|links?|content|coverage|reading|videos?|terms))?
    (?:read|see) (?:also|next|more(?: (?:on|about|from) .{0,40})?)|more (?:from|on|in|about|like) .{1,60}
    more (?:stories|news|articles|top stories|headlines|coverage)(?: .{0,40})?
    you (?:may|might) (?:also |be )?(?:like|interested).{0,30}|recommended(?: .{0,30})?
    (?:most|more) (?:popular|read|viewed|shared|commented|e?mailed|discussed)(?: .{0,30})?
    trending(?: (?:now|stories|topics|news|today|on .{0,30}))?|search trends
    popular(?: (?:posts|now|stories|articles|on .{0,30}))?
    (?:latest|recent|breaking|other|top|featured) (?:news|stories|posts|articles|headlines|videos|comments)(?: .{0,30})?
    don[’']t miss|editor[’']?s[’']? (?:picks?|choice|recommendations?)|what to read next|around the web
    (?:up|read) next|next up(?: in .{0,40})?|next in .{0,40}
    (?:more )?must[- ]reads?(?: from .{0,40})?|\w{2,20} recommends
    from (?:the|our) (?:web|partners|network).{0,20}|sponsored (?:stories|links|content)|promoted stories
    about the authors?|about (?:this|our) (?:site|website|blog)|(?:our )?newsletters?|sign up for .{0,60}
    subscribe to .{0,60}|stay (?:connected|informed|up to date)|follow us|connect with us|filed under:?.{0,60}
    tags?:?|topics:?|explore more.{0,30}|further reading|external links
    # Ukrainian
    (?:читайте|дивіться|читати) (?:також|ще)[:：]?
    (?:схожі|пов[’']язані|останні|популярні|головні|інші|актуальні)(?: (?:новини|статті|матеріали|публікації|теми))
    новини (?:за темою|партнерів|дня)|за темою|на тему|більше новин.{0,30}|найпопулярніше|найчитаніше|рекомендуємо
    теги:?|про автора|підпис(?:атися|уйтесь|ка) на .{0,40}
    # Russian
    (?:читайте|смотрите) (?:также|еще)[:：]?
    (?:похожие|связанные|последние|популярные|главные|другие)(?: (?:новости|статьи|материалы|публикации))
    новости (?:по теме|партнеров|дня)|по теме|рекомендуем|самое (?:читаемое|популярное)|теги:?|об авторе
    # Arabic
    (?:أخبار|مقالات|مواضيع|مواد|موضوعات) (?:ذات صلة|متعلقة|مشابهة|أخرى)|ذات صلة|اقرأ (?:أيضا|أيضاً|ايضا)[:：]?.{0,60}
    الأكثر (?:قراءة|مشاهدة|تداولا|تداولاً|شعبية)|آخر الأخبار|قد يعجبك(?: أيضا| أيضاً)?|المزيد (?:من|حول|عن) .{0,40}
    مختارات|كلمات مفتاحية.{0,40}|الوسوم.{0,40}|النشرة (?:الإخبارية|البريدية)
    # Chinese
    (?:相关|相關|推荐|推薦|热门|熱門|延伸|猜你)(?:新闻|新聞|阅读|閱讀|文章|推荐|链接|报道|報導|话题|喜欢|搜索|视频|专题|内容)+|推荐(?:阅读)?|热搜(?:榜)?|热点(?:新闻|推荐)?
    最新(?:新闻|文章|消息)|更多(?:新闻|内容|报道|精彩).{0,10}|(?:新闻|点击|阅读)?排行(?:榜)?|标签[:：]?.{0,40}|关键词[:：].{0,40}|关于作者|编辑推荐|精彩推荐
    今日(?:热点|推荐)
    # German
    (?:verwandte|ähnliche|weitere|mehr|aktuelle|neueste) (?:artikel|themen|nachrichten|beitr[aä]ge|meldungen).{0,30}
    mehr (?:zum thema|aus|von|über) ?.{0,40}|auch interessant|zum thema|lesen sie (?:auch|mehr).{0,60}
    das k[oö]nnte sie (?:auch )?interessieren|meistgelesen.{0,20}|schlagw[oö]rter.{0,40}|über den autor|newsletter
    # French
    (?:articles?|sujets?|contenus?|actualit[eé]s) (?:li[eé]s?|similaires|associ[eé]s?|connexes|recommand[eé]s)
    (?:à|a) lire (?:aussi|[eé]galement).{0,60}|lire aussi.{0,60}|voir aussi.{0,60}|sur le m[eê]me (?:sujet|th[eè]me)
    les plus (?:lus|populaires|partag[eé]s)|dans la m[eê]me rubrique|vous aimerez aussi.{0,20}
    derni[eè]res (?:actualit[eé]s|nouvelles|infos)|[àa] propos de l[’']auteur|newsletters?
    # Spanish and Portuguese
    (?:noticias|art[ií]culos|notas|contenidos?|temas|not[ií]cias|artigos) (?:relacionad|recomendad|destacad)[oa]s?
    relacionad[oa]s?
    (?:lea|lee|leia|veja|ver|te puede|m[aá]s) (?:tambi[eé]n|tamb[eé]m|interesar|mais|noticias|sobre|de|en).{0,40}
    lo m[aá]s (?:le[ií]do|visto|popular)|mais lidas|[uú]ltimas noticias|etiquetas:?|sobre el autor|bolet[ií]n.{0,30}
""")

# Under or over a picture.
_AGENCIES = (
    "afp|ap|reuters|cfp|vcg|epa|efe|dpa|ansa|xinhua|getty(?: images)?|imago|shutterstock|istock|unsplash|flickr|alamy"
    "|tass|anadolu|zuma(?:press)?|bloomberg"
)
_PICTURE = "photo(?:graph| d[’']archives)?|picture|image|фото|світлина|foto|bild|credit|cr[eé]dit|صورة|تصوير"
CAPTION_START = any_of(r"""
    # English
    (?:media|image|photo|video|picture|figure)(?: caption\b| (?:caption|credit|source|by|courtesy)?\s?[:|/])
    (?:(?:file )?photo(?:graph)?s?(?: by)?|(?:photo )?illustration|picture|image|source image|credits?)\s?[:|/]
    # other languages
    (?:фото|світлина|фотографія|ілюстрація|иллюстрация|foto|bild|symbolbild|bildquelle)\s?[:|/]
    (?:photo d[’']archives|cr[eé]dit(?: photo)?|cr[eé]dito|imagen|imagem|صورة|الصورة|تصوير)\s?[:|/]
    (?:图片来源|图片|图为|资料图片?|圖)\s?[:：|/]|图为|资料图
""")
CAPTION_END = any_of(rf"""
    # an agency after a slash, a bracket or a full stop
    (?:[/(\[|.,:]|\b(?:via|by))\s?(?:{_AGENCIES})(?:[/,\s]+(?:{_AGENCIES}|images|file|via|pool|photo|stringer))*[)\]]?$
    (?:[.。!?)”"|/—-]\s?|^)(?:{_PICTURE})s?(?: by\b|\s?[:：/]).{{0,60}}$
    [(\[](?:file )?(?:photo(?:graph)?|picture|image|фото|світлина|foto|bild|صورة)\b.{{0,60}}[)\]]\.?$
    [(\[]cr[eé]dit\s?[:/].{{0,60}}[)\]]\.?$
    (?:图片来源|摄影[:：]|记者.{{0,8}}摄|新华社发|供图|图/).{{0,20}}$
""")
CAPTION_TAIL = 90  # characters at the end of a line in which a credit is looked for
# ". /CFP", " /Name Of Agency"; the one pattern that wants the line as it stands
CREDIT_AT_END = re.compile(r"(?:[.。]|\s|^)\s?/\s?[A-Z][\w&-]{1,20}(?: [A-Z][\w&-]{1,20}){0,3}$")

# Who wrote it, before the text.
BYLINE = any_of(r"""
    # English
    by:? [^.!?]{2,80}|(?:written|reported|edited|reporting|story|words|analysis|posted|published) by:? .{2,80}
    (?:reporting|editing|additional reporting|writing) by .{2,160}
    [^.!?]{2,60}, (?:staff writer|(?:\w+ )?(?:correspondent|reporter|editor)|contributor)[^.!?]{0,40}|author:? .{2,60}
    # other languages
    автор:? .{2,60}|текст:? .{2,60}
    von [^.!?]{2,60}|par [^.!?]{2,60}|por (?!qu[eé])[^.!?]{2,60}|بقلم:? .{2,60}|كتب:? .{2,60}
    (?:作者|记者|編輯|撰文|来源|來源|文)[:：/｜|].{1,60}
""")
SOURCE_LINE = re.compile(r"(?:source|quelle|fuente|fonte|джерело|источник|المصدر|来源|來源|稿源)\s?[:：]\s?(.{2,60})")

# Words that names of outlets hold, and names of people do not.
OUTLET_WORD = any_of(r"""
    # English
    \b(?:news|times|post|daily|journal|agency|press|herald|tribune|gazette|guardian|today|tv|radio|media|network)\b
    \b(?:observer|chronicle|courier|broadcasting|magazine|review|wire|weekly|mail|mirror|standard|telegraph)\b
    \b(?:independent|examiner|inquirer|dispatch|bulletin|express|globe|sun|echo|monitor|argus|ledger|register)\b
    \b(?:sentinel|report|online|reuters|xinhua|bloomberg|axios|politico|vox|slate|wired)\b
    # German, French, Spanish, Portuguese, Italian, Polish
    \b\w*(?:zeitung|nachrichten|rundschau|anzeiger|kurier|presse|spiegel|blatt)\b|\b(?:monde|figaro|lib[eé]ration)\b
    \b(?:diario|peri[oó]dico|pa[ií]s|mundo|gaceta|folha|jornal|corriere|gazeta|dziennik)\b
    # Ukrainian and Russian
    новин|правда|газета|вісник|агентство|агенція|хроніка|радіо|телеканал|новости|вести|известия|ведомости
    # Arabic
    وكالة|قناة|صحيفة|جريدة|الجزيرة|العربية|أخبار|الأخبار|مرصد|اليوم
    # Chinese
    新闻|新聞|日报|日報|晚报|时报|時報|通讯社|社$|网$|網$|电视|電視|广播|频道|报$|報$|周刊
""")

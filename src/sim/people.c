/* Names of people in the scripts of the world: a table. All are common names,
 * combined at random; nobody in particular is meant. */
#include "sim/people.h"

static const NamePart given_de[] = {{"Jürgen", "juergen"},
                                    {"Günther", "guenther"},
                                    {"Sören", "soeren"},
                                    {"Käthe", "kaethe"},
                                    {"Björn", "bjoern"},
                                    {"Anneliese", "anneliese"},
                                    {"Änne", "aenne"},
                                    {"Matthias", "matthias"},
                                    {"Ursula", "ursula"},
                                    {"Wolfgang", "wolfgang"},
                                    {"Heike", "heike"},
                                    {"Jörg", "joerg"},
                                    {NULL}};
static const NamePart family_de[] = {{"Müller", "mueller"},
                                     {"Schröder", "schroeder"},
                                     {"Groß", "gross"},
                                     {"Weiß", "weiss"},
                                     {"Jäger", "jaeger"},
                                     {"Köhler", "koehler"},
                                     {"Böhm", "boehm"},
                                     {"Lüdenscheid", "luedenscheid"},
                                     {"von der Ahé", "von-der-ahe"},
                                     {"Meyer-Landrut", "meyer-landrut"},
                                     {"Schäfer", "schaefer"},
                                     {"Öztürk", "oeztuerk"},
                                     {NULL}};
static const NamePart given_pl[] = {
    {"Łukasz", "lukasz"},     {"Małgorzata", "malgorzata"}, {"Zbigniew", "zbigniew"},
    {"Grażyna", "grazyna"},   {"Stanisław", "stanislaw"},   {"Żaneta", "zaneta"},
    {"Wójciech", "wojciech"}, {"Agnieszka", "agnieszka"},   {NULL}};
static const NamePart family_pl[] = {
    {"Wałęsa", "walesa"},     {"Żółkiewski", "zolkiewski"},         {"Dąbrowska", "dabrowska"},
    {"Szczęsny", "szczesny"}, {"Błaszczykowski", "blaszczykowski"}, {"Kowalczyk", "kowalczyk"},
    {"Śliwa", "sliwa"},       {"Gołębiewska", "golebiewska"},       {NULL}};
static const NamePart given_fr[] = {
    {"Émilie", "emilie"}, {"François", "francois"}, {"Zoë", "zoe"},
    {"Noël", "noel"},     {"Hélène", "helene"},     {"Anaïs", "anais"},
    {"Jérôme", "jerome"}, {"Gaëlle", "gaelle"},     {NULL}};
static const NamePart family_fr[] = {
    {"Lefèvre", "lefevre"},     {"Béranger", "beranger"}, {"d'Aubigné", "d'aubigne"},
    {"L'Hôpital", "l'hopital"}, {"Châtelet", "chatelet"}, {"Müntz", "muntz"},
    {"Sæther", "saether"},      {"Façade", "facade"},     {NULL}};
static const NamePart given_es[] = {{"José", "jose"},
                                    {"María", "maria"},
                                    {"Íñigo", "inigo"},
                                    {"Begoña", "begona"},
                                    {"Ramón", "ramon"},
                                    {"Concepción", "concepcion"},
                                    {NULL}};
static const NamePart family_es[] = {{"Muñoz", "munoz"},
                                     {"García Márquez", "garcia-marquez"},
                                     {"Núñez", "nunez"},
                                     {"Ibáñez", "ibanez"},
                                     {"Peña", "pena"},
                                     {"Güell", "guell"},
                                     {NULL}};
static const NamePart given_cz[] = {{"Jiří", "jiri"},
                                    {"Šárka", "sarka"},
                                    {"Ondřej", "ondrej"},
                                    {"Zdeňka", "zdenka"},
                                    {"Čeněk", "cenek"},
                                    {"Božena", "bozena"},
                                    {NULL}};
static const NamePart family_cz[] = {{"Dvořák", "dvorak"},
                                     {"Černý", "cerny"},
                                     {"Růžičková", "ruzickova"},
                                     {"Novák", "novak"},
                                     {"Žďárský", "zdarsky"},
                                     {"Křížek", "krizek"},
                                     {NULL}};
static const NamePart given_tr[] = {{"İbrahim", "ibrahim"},
                                    {"Ayşe", "ayse"},
                                    {"Gülşen", "gulsen"},
                                    {"Çağla", "cagla"},
                                    {"Ömer", "omer"},
                                    {"Işıl", "isil"},
                                    {NULL}};
static const NamePart family_tr[] = {{"Yılmaz", "yilmaz"},
                                     {"Çelik", "celik"},
                                     {"Şahin", "sahin"},
                                     {"Öğüt", "ogut"},
                                     {"Doğan", "dogan"},
                                     {"Kılıç", "kilic"},
                                     {NULL}};
static const NamePart given_is[] = {{"Þórður", "thordur"}, {"Guðrún", "gudrun"},
                                    {"Ægir", "aegir"},     {"Sigríður", "sigridur"},
                                    {"Björk", "bjork"},    {NULL}};
static const NamePart family_is[] = {{"Guðmundsdóttir", "gudmundsdottir"},
                                     {"Þorsteinsson", "thorsteinsson"},
                                     {"Hallgrímsson", "hallgrimsson"},
                                     {"Ólafsdóttir", "olafsdottir"},
                                     {NULL}};
static const NamePart given_vn[] = {{"Thị Hồng", "thi-hong"},
                                    {"Văn Đức", "van-duc"},
                                    {"Minh Ngọc", "minh-ngoc"},
                                    {"Quốc Việt", "quoc-viet"},
                                    {NULL}};
static const NamePart family_vn[] = {
    {"Nguyễn", "nguyen"}, {"Trần", "tran"}, {"Phạm", "pham"}, {"Đặng", "dang"}, {NULL}};
static const NamePart given_gr[] = {{"Γιώργος", "giorgos"},      {"Ελένη", "eleni"},
                                    {"Αθανάσιος", "athanasios"}, {"Ευαγγελία", "evangelia"},
                                    {"Νικόλαος", "nikolaos"},    {NULL}};
static const NamePart family_gr[] = {
    {"Παπαδόπουλος", "papadopoulos"}, {"Οικονόμου", "oikonomou"}, {"Χατζηδάκης", "chatzidakis"},
    {"Τσίπρας", "tsipras"},           {"Ψαρρά", "psarra"},        {NULL}};
static const NamePart given_ua[] = {{"Олександр", "oleksandr"},  {"Наталія", "nataliia"},
                                    {"Їжакевич", "yizhakevych"}, {"Володимир", "volodymyr"},
                                    {"Ксенія", "kseniia"},       {"Юрій", "yurii"},
                                    {"Ганна", "hanna"},          {NULL}};
static const NamePart family_ua[] = {{"Шевченко", "shevchenko"},
                                     {"Кравчук", "kravchuk"},
                                     {"Щербаков", "shcherbakov"},
                                     {"Ґалаґан", "galagan"},
                                     {"Мельниченко", "melnychenko"},
                                     {"Бойко", "boiko"},
                                     {NULL}};
static const NamePart given_bg[] = {{"Димитър", "dimitar"},
                                    {"Цветана", "tsvetana"},
                                    {"Божидар", "bozhidar"},
                                    {"Йорданка", "yordanka"},
                                    {NULL}};
static const NamePart family_bg[] = {{"Стоянов", "stoyanov"},
                                     {"Христова", "hristova"},
                                     {"Желязков", "zhelyazkov"},
                                     {"Тодорова", "todorova"},
                                     {NULL}};
static const NamePart given_eg[] = {{"محمد", "mohammed"},          {"فاطمة", "fatima"},
                                    {"عبد الرحمن", "abdelrahman"}, {"نور الهدى", "nour-elhouda"},
                                    {"يوسف", "youssef"},           {NULL}};
static const NamePart family_eg[] = {{"الحسيني", "alhusseini"},  {"المصري", "almasri"},
                                     {"بن يوسف", "ben-youssef"}, {"الشريف", "alsharif"},
                                     {"خوري", "khoury"},         {NULL}};
static const NamePart given_il[] = {{"יעקב", "yaakov"}, {"רחל", "rachel"},  {"דָּוִד", "david"},
                                    {"שלמה", "shlomo"}, {"מרים", "miriam"}, {NULL}};
static const NamePart family_il[] = {{"כהן", "cohen"},        {"לוי", "levi"},
                                     {"בן־דוד", "ben-david"}, {"שפירא", "shapira"},
                                     {"מזרחי", "mizrahi"},    {NULL}};
static const NamePart given_cn[] = {{"伟", "wei"},        {"秀英", "xiuying"}, {"志强", "zhiqiang"},
                                    {"晓明", "xiaoming"}, {"雅婷", "yating"},  {NULL}};
static const NamePart family_cn[] = {
    {"王", "wang"}, {"李", "li"}, {"欧阳", "ouyang"}, {"诸葛", "zhuge"}, {"张", "zhang"},
    {"刘", "liu"},  {NULL}};
static const NamePart given_jp[] = {{"太郎", "taro"},     {"さくら", "sakura"}, {"健一", "kenichi"},
                                    {"ミサキ", "misaki"}, {"陽菜", "hina"},     {NULL}};
static const NamePart family_jp[] = {{"山田", "yamada"},        {"佐藤", "sato"},
                                     {"髙橋", "takahashi"},     {"渡邉", "watanabe"},
                                     {"コバヤシ", "kobayashi"}, {NULL}};
static const NamePart given_kr[] = {
    {"민준", "minjun"}, {"서연", "seoyeon"}, {"지훈", "jihoon"}, {"하은", "haeun"}, {NULL}};
static const NamePart family_kr[] = {{"김", "kim"},  {"이", "lee"},       {"박", "park"},
                                     {"최", "choi"}, {"남궁", "namgung"}, {NULL}};
static const NamePart given_th[] = {{"สมชาย", "somchai"},
                                    {"กมลวรรณ", "kamonwan"},
                                    {"ประเสริฐ", "prasert"},
                                    {"สิริกิติ์", "sirikit"},
                                    {NULL}};
static const NamePart family_th[] = {{"วงศ์สุวรรณ", "wongsuwan"},
                                     {"ศรีสุข", "srisuk"},
                                     {"จันทร์โอชา", "chanocha"},
                                     {"ทองดี", "thongdi"},
                                     {NULL}};
static const NamePart given_in[] = {
    {"आदित्य", "aditya"}, {"श्रेया", "shreya"}, {"ऋषि", "rishi"}, {"लक्ष्मी", "lakshmi"}, {NULL}};
static const NamePart family_in[] = {{"शर्मा", "sharma"},
                                     {"त्रिपाठी", "tripathi"},
                                     {"कृष्णमूर्ति", "krishnamurthy"},
                                     {"भट्टाचार्य", "bhattacharya"},
                                     {NULL}};
static const NamePart given_am[] = {
    {"Արմեն", "armen"}, {"Գայանե", "gayane"}, {"Տիգրան", "tigran"}, {NULL}};
static const NamePart family_am[] = {
    {"Պետրոսյան", "petrosyan"}, {"Հակոբյան", "hakobyan"}, {"Սարգսյան", "sargsyan"}, {NULL}};
static const NamePart given_ge[] = {
    {"ნინო", "nino"}, {"გიორგი", "giorgi"}, {"თამარ", "tamar"}, {NULL}};
static const NamePart family_ge[] = {
    {"ბერიძე", "beridze"}, {"მაისურაძე", "maisuradze"}, {"გელაშვილი", "gelashvili"}, {NULL}};
static const NamePart given_gh[] = {{"Kọ́fí", "kofi"}, {"Äma", "ama"}, {"Žézé", "zeze"}, {NULL}};
static const NamePart family_gh[] = {
    {"Ñyame", "nyame"}, {"Ösei", "osei"}, {"Åfua", "afua"}, {NULL}};
static const NamePart given_us[] = {
    {"Alice", "alice"},       {"Robert", "robert"},       {"Grace", "grace"},
    {"Alan", "alan"},         {"Katherine", "katherine"}, {"Dennis", "dennis"},
    {"Margaret", "margaret"}, {"Linus", "linus"},         {NULL}};
static const NamePart family_us[] = {
    {"Smith", "smith"},         {"O'Neill", "o'neill"},   {"Jones", "jones"},
    {"Turing", "turing"},       {"Hopper", "hopper"},     {"Johnson", "johnson"},
    {"MacDonald", "macdonald"}, {"Lovelace", "lovelace"}, {NULL}};

const NameSet people_sets[] = {
    {22, FALSE, "DE", "München", "+49 171", given_de, family_de},
    {10, FALSE, "PL", "Łódź", "+48 601", given_pl, family_pl},
    {8, FALSE, "FR", "Orléans", "+33 612", given_fr, family_fr},
    {6, FALSE, "ES", "León", "+34 655", given_es, family_es},
    {5, FALSE, "CZ", "Brno", "+420 602", given_cz, family_cz},
    {4, FALSE, "TR", "İzmir", "+90 532", given_tr, family_tr},
    {3, FALSE, "IS", "Reykjavík", "+354 611", given_is, family_is},
    {3, TRUE, "VN", "Huế", "+84 91", given_vn, family_vn},
    {6, FALSE, "GR", "Θεσσαλονίκη", "+30 697", given_gr, family_gr},
    {8, FALSE, "UA", "Київ", "+380 67", given_ua, family_ua},
    {4, FALSE, "BG", "София", "+359 88", given_bg, family_bg},
    {4, FALSE, "EG", "القاهرة", "+20 100", given_eg, family_eg},
    {3, FALSE, "IL", "ירושלים", "+972 52", given_il, family_il},
    {5, TRUE, "CN", "上海", "+86 138", given_cn, family_cn},
    {5, TRUE, "JP", "東京", "+81 90", given_jp, family_jp},
    {4, TRUE, "KR", "서울", "+82 10", given_kr, family_kr},
    {3, FALSE, "TH", "กรุงเทพฯ", "+66 81", given_th, family_th},
    {4, FALSE, "IN", "दिल्ली", "+91 98", given_in, family_in},
    {2, FALSE, "AM", "Երևան", "+374 91", given_am, family_am},
    {2, FALSE, "GE", "თბილისი", "+995 599", given_ge, family_ge},
    {2, FALSE, "GH", "Accra", "+233 24", given_gh, family_gh},
    {12, FALSE, "US", "Springfield", "+1 555", given_us, family_us},
};
const guint people_n_sets = G_N_ELEMENTS(people_sets);

const HostileName people_hostile[] = {
    /* an escape sequence that would colour, and set the window's title */
    {"Mallory", "Escape", "Escape\x1b[31m, Mallory\x1b]0;owned\x07 (External)", "mallory",
     "escape"},
    /* right-to-left override: shown, the name reads backwards */
    {"Rita", "Override", "Override, Rita \u202Elanretxe\u202C (External)", "rita", "override"},
    {"Newton", "Line", "Line, Newton\nsecond line\ttab (External)", "newton", "line"},
    {"Maximiliana Theodora Eleonora Wilhelmine Friederike",
     "Wolfeschlegelsteinhausenbergerdorff-Hohenzollern-Sigmaringen",
     "Wolfeschlegelsteinhausenbergerdorff-Hohenzollern-Sigmaringen, Maximiliana Theodora Eleonora "
     "Wilhelmine Friederike Auguste Charlotte Luise Amalie Sophie Dorothea Ulrike Philippine "
     "(External, deputy to the acting head of long names)",
     "maximiliana", "wolfeschlegelsteinhausenbergerdorff"},
    /* many marks on each letter */
    {"Za\u0300\u0301\u0302\u0303\u0304lgo", "Ma\u0300\u0316\u0323\u0330rks",
     "Ma\u0300\u0316\u0323\u0330rks, Za\u0300\u0301\u0302\u0303\u0304lgo (External)", "zalgo",
     "marks"},
    /* emoji joined from several, a flag, and wide letters */
    {"Ｗｉｄｅ", "👩‍💻🇩🇪", "👩‍💻🇩🇪, Ｗｉｄｅ (External)", "wide",
     "emoji"},
    /* what a spreadsheet would run */
    {"Cell", "Formula", "=HYPERLINK(\"http://example.com\",\"Formula\"), Cell (External)", "cell",
     "formula"},
    /* zero-width and bidi isolates */
    {"Zero\u200Bwidth", "Isolate", "Isolate\u2066, Zero\u200Bwidth\u2069 (External)", "zerowidth",
     "isolate"},
};
const guint people_n_hostile = G_N_ELEMENTS(people_hostile);

const char *const people_companies[] = {"Fabrikam GmbH",
                                        "Northwind Traders",
                                        "Adventure Works",
                                        "Wide World Importers S.A.",
                                        "Tailspin Toys",
                                        "Łódzkie Zakłady Sp. z o.o.",
                                        "日本ソフトウェア株式会社",
                                        "Müller & Söhne KG",
                                        "Proseware, Inc.",
                                        "Αιγαίο Τεχνική Α.Ε.",
                                        "Trey Research",
                                        "Lucerne \"Fine\" Publishing"};
const guint people_n_companies = G_N_ELEMENTS(people_companies);
const char *const people_company_domains[] = {
    "fabrikam.example",  "northwind.example", "adventure-works.example", "wwi.example",
    "tailspin.example",  "lodzkie.example",   "nihonsoft.example",       "mueller-soehne.example",
    "proseware.example", "aigaio.example",    "treyresearch.example",    "lucerne.example"};
const char *const people_jobs[] = {
    "Consultant",   "Data Engineer",   "Security Analyst", "Bauleiterin",
    "Architect",    "Auditor",         "Technical Writer", "Systems Administrator",
    "Übersetzerin", "Project Manager", "Test Engineer",    "Chef de projet"};
const guint people_n_jobs = G_N_ELEMENTS(people_jobs);
const char *const people_departments[] = {"IT",
                                          "Finance",
                                          "Research",
                                          "Operations",
                                          "Legal",
                                          "Forschung & Entwicklung",
                                          "Human Resources",
                                          "Sales"};
const guint people_n_departments = G_N_ELEMENTS(people_departments);

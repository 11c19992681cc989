"""What the words of a refusal say of its reason, as far as they were seen (``tui.practice.refusals``).

Wordings of Postfix, Exim, Sendmail, OpenSMTPD, qmail, Exchange, Gmail, Yahoo, iCloud, Outlook, QQ, NetEase,
Alibaba, Mimecast, Proofpoint, Barracuda and filters beside them: ``tests/data/refusals.tsv``.
"""

from __future__ import annotations

import re
from typing import Final

from tui.practice.refusal_kinds import MAIL_STEPS, Kind

Wordings = tuple[tuple[Kind, re.Pattern[str]], ...]


def _compiled(*rows: tuple[Kind, str]) -> Wordings:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rows)


#: Words that name a reason; what they name is more exact than a code. The surest first: each is looked for in
#: the whole text, and the first that is there counts. Two capitals, a colon and three: NetEase and Coremail.
SPECIFIC: Final = _compiled(
    (Kind.GREYLISTED, r"gr[ea]y-?list\w*|postgrey|grey\.rbl|not yet authori[sz]ed to deliver|灰名单"),
    # The list was not asked at all: it gives public resolvers an error, which is taken for a yes.
    (Kind.SERVER_TROUBLE, r"error: (?:open resolver|(?:excessive|too many).{0,20}quer\w+)"),
    # cPanel's Exim guesses on: "they may be blacklisted, or missing the proper dns entries".
    (Kind.SENDER, r"verification failed for|sender verify failed"),
    (Kind.LOGIN_REQUIRED, r"through this server without auth\w*"),
    (
        Kind.LOOP,
        r"\bloop(?:s|ing)?\b|too many (?:received|hops)|hop count|"
        r"\bhops\b|message depth exceeded|环回|循环投递",
    ),
    (
        Kind.LINE_TOO_LONG,
        r"\bline (?:is |was )?too long|line length|(?:command|line|lines) (?:is |are )?too long|"
        r"行.{0,4}过长|line limit",
    ),
    (
        Kind.RELAYING,
        r"relay(?:ing)?,? (?:access )?(?:denied|disallowed|not (?:permitted|allowed)|prohibited|refused)|"
        r"(?:unable|not (?:permitted|allowed)|refuse|cannot|won'?t|not configured) to relay|not relay\w*|"
        r"no relay\w*|(?:does|do) not relay|me \S+ as a relay|credentials for relay|denies relay|"
        r"not in my list of allowed rcpthosts?|isn'?t in my list of allowed rcpthosts?|"
        r"not a local (?:domain|user)|relay (?:is )?not (?:allowed|permitted)|open ?relay (?:is )?not|"
        r"not authorized to (?:relay|send email directly)|RP:FRL|中继|转发.{0,4}拒绝|as a relay\b|"
        r"insecure mail relay|not an open relay|not a gateway|relaying mail to|handle mail for|"
        r"unauthori[sz]ed relay",
    ),
    (
        Kind.RECIPIENT_REFUSES,
        r"(?:rejected|blocked|blacklisted|refused) by (?:the |this )?(?:recipients?|user)\b|"
        r"recipient preferences|blocked senders|sender (?:address )?blocked|"
        r"recipient (?:definitively )?does not want|envelope blocked - user|"
        r"RESOLVER\.RST\.(?:Auth|Sender|NotAuth|Restrict)\w*|customer block ?list|"
        r"not authenticated (?:for|by) (?:the )?(?:group|mailbox|public folder|organi[sz]ation)|"
        r"(?:blocked|denied) (?:by|from) (?:the )?(?:recipient|user)|"
        r"not in (?:the )?(?:allowed|safe)[- ]senders|(?:收件人|收信人|收信方|对方).{0,4}拒[收绝]|"
        r"(?:members-only|closed mailing) list|by non-member|not subscribed to (?:this|"
        r"the) (?:group|list)|recipient is not accepting|list of senders|recipient refuses|"
        r"senderfilterconfig|sender (?:address )?(?:is |has been )?(?:in my )?black ?list\w*|"
        r"email address has been blacklisted",
    ),
    (
        Kind.MALFORMED,
        r"RFC[ -]?[52][38]22\b|not RFC compliant|duplicate headers?\b|multiple (?:addresses in|"
        r"subject|from)|"
        r"(?:missing|no|without) (?:a )?(?:valid )?(?:address in )?(?:the )?"
        r"(?:From|Message-ID|Date|Subject|To)(?::| header)|header (?:error|syntax)|"
        r"headers? too (?:large|long)|"
        r"(?:bare|lone) ?<?(?:LF|CR|line ?feeds?|new ?line)|stray newline|in any header line|"
        r"malformed|disallowed header|"
        r"encoded-word syntax|(?:invalid|bad|improper\S*) (?:message |mime )?headers?|"
        r"syntactically valid header|"
        r"NUL (?:characters?|octets?|bytes?)|header .{0,30}(?:exceeds|unicode)|invalid message content",
    ),
    (
        Kind.RATE,
        r"unusual rate|frequency limit\w*|(?:unexpected|excessive) volume|too many (?:recipients|"
        r"messages) (?:received )?this (?:hour|day)|"
        r"(?:sending|submission|daily|monthly|hourly|queue|relay|message|send) (?!size|length)(?:\w+ ){0,2}?"
        r"(?:quota|limit) (?:\w+ )?(?:has been )?exceed\w*|quota for sending|not enough sending quota|"
        r"quotaexceeded|reached (?:your|the|its) (?:\w+ )?limit|concurrency limit|rate exceed\w*",
    ),
    (Kind.DMARC, r"\bDMARC\b|MI:DMA\b"),
    (
        Kind.UNAUTHENTICATED,
        r"SPF (?:or|and|nor|或|和) DKIM|DKIM (?:or|and|nor|或|和) SPF|SPF/DKIM|"
        r"(?:mail|email|sender|message) is unauthenticated|unauthenticated (?:e-?mail|message)|"
        r"authentication (?:information|checks|requirements)|required authentication level",
    ),
    (Kind.DKIM, r"\bDKIM\b|\(AU01\)"),
    (
        Kind.SPF,
        r"\bSPF\b|sender policy framework|open-?spf\b|not permitted by the domain owner|mismatches client ip",
    ),
    (
        Kind.BLOCKED_DOMAIN,
        r"(?:mailfrom|from|helo|sender|sending) domain is (?:black|block)?listed|\bDBL\b|dbl\.|surbl|uribl|"
        r"sender address \S+ blocked using|domain (?:name )?.{0,20}(?:black|block) ?list\w*|"
        r"sender domain listed|blacklisted url",
    ),
    (
        Kind.HELO_NAME,
        r"(?:helo|ehlo)\b.{0,60}(?:reject\w*|invalid|refused|not found|fully.qualified|required name|"
        r"looks? like|dynamic|mismatch\w*|bogus|does not (?:match|resolve)|forged|error|domain address)|"
        r"(?:invalid|bad|bogus|rejected|forged|fake|wrong).{0,20}\b(?:helo|ehlo)\b|"
        r"need fully-qualified hostname|helo/hostname mismatch|helohost error|MI:NHD|"
        r"you are not me\b|(?:helo|ehlo)\b.{0,20}is my own",
    ),
    (
        Kind.REVERSE_DNS,
        r"reverse[ -](?:dns|hostname|lookup|record|ip)|\bPTR\b|\brDNS\b|"
        r"cannot find your (?:reverse )?hostname|client host rejected: cannot find|name lookup failed|"
        r"c=rdns|反向解析|反向域名|反解|forward dns entry|unresolvable relay host|forged hostname",
    ),
    (
        Kind.DYNAMIC,
        r"dynamic(?:ally)?[ /-](?:\w+ )?(?:ips?|address\w*|ranges?|pools?|hosts?|assigned)|dial-?up|"
        r"residential (?:ips?|address\w*|networks?|users?)|\bDY-00\d|\bDUL\b|generic (?:hostname|"
        r"name)|pbl\.spamhaus|动态 ?IP",
    ),
    (
        Kind.SENDER_BLOCKED,
        r"bad outbound sender|tenant has exceeded|unregistered domains|mail sending denied|"
        r"(?:outgoing|outbound) (?:e?-?mails?|messages?)\b.{0,80}(?:suspended|disabled|blocked)|"
        r"sending account (?:is )?(?:suspended|disabled|blocked)|"
        r"user in blacklist|MI:SPB|WM:BLU|main account unavailable|"
        r"(?:account|user|sender).{0,30}(?:blocked|suspended|restricted|disabled) (?:from|for) sending|"
        r"(?:sending|outbound) (?:has been |is )?(?:suspended|disabled|blocked)|outbounds disabled|"
        r"(?:账号|帐号|用户|发信).{0,8}(?:禁止发信|被封|被冻结|被限制)",
    ),
    (
        Kind.BLOCK_LIST,
        r"spamhaus|spamcop|barracuda reputation|sorbs|dnsbl|rbl\b|\brbl|block ?lists?\b|block listed|"
        r"black ?-?list\w*|blocked using|blocked (?:for|due to) spam|block for spam|"
        r"blocked by \S*(?:list|bl|\.(?:org|net|com))\b|listed (?:in|at|by|on)|"
        r"banned send\w*|(?:banned|blocked|black|bad) ips?\b|\bips blocked|spam ip\b|spammer list|"
        r"found in .{0,12}listing|"
        r"\bIP\b[^,;]{0,40}?\b(?:banned|blocked|rejected|denied|in prison)|ipcheck\.proofpoint|"
        r"dnsbl-lookup|black ?hole|ip block\b|"
        r"traffic not accepted from this ip|HL:IP[BH]|HL:IHU|DT:RBL|WM:BLI|OU-001|SC-00[14]|"
        r"黑名单|IP.{0,12}(?:拒绝|封禁|禁止)",
    ),
    (
        Kind.REPUTATION,
        r"(?:low|poor|bad|negative) (?:\w+ )?reputation|reputation (?:of|is|score)|due to \w+ reputation|"
        r"user complaints|spam sender|permanently deferred|HL:REP|HL:MEP|信誉|信用|sending spam|"
        r"(?:like|is|as) (?:a )?spammer|spams from your ip|unwanted messages|reputation problem|"
        r"bad sender ip",
    ),
    (
        Kind.TLS_REQUIRED,
        r"must issue a? ?starttls|starttls (?:command )?first|starttls is required|"
        r"encryption (?:is )?(?:required|needed)|requires? (?:\w+ )?(?:tls|ssl|encryption)|"
        r"must use (?:tls|ssl)|"
        r"TLS (?:is )?required|secure connection|over a TLS|requires? high-strength|加密连接",
    ),
    (
        Kind.NO_LOGIN,
        r"SmtpClientAuthentication is disabled|auth\w* (?:is )?(?:disabled|not (?:enabled|available))|"
        r"did not meet the criteria to be auth\w*|security defaults|conditional access|"
        r"access rights to this service|enable \S*smtp\S* service",
    ),
    (
        Kind.MECHANISM,
        r"(?:unrecogni[sz]ed|unknown|unsupported|invalid) auth\w* (?:type|mechanism|method)|"
        r"mechanism (?:is )?(?:not |un|invalid)",
    ),
    (
        Kind.APP_PASSWORD,
        r"app(?:lication)?(?:[ -]specific)? password|authori[sz]ation code|"
        r"授权码|授权密码|专用密码|客户端密码",
    ),
    (Kind.WEB_LOGIN, r"web ?browser|web ?login (?:is )?required|unlock ?captcha|网页.{0,4}登录"),
    (
        Kind.SENDER_RIGHT,
        r"(?:permissions?|rights?|allowed|authori[sz]ed|permitted) to send (?:as|on behalf)|SendAsDenied|"
        r"not owned by|spoof\w*|from must (?:equal|match|be the same)|does not own|DT:SUM|"
        r"from address.{0,40}(?:match|same)|sender.{0,30}(?:mis|not )match|"
        r"与.{0,8}(?:登录|认证|授权|账号).{0,10}不(?:一致|符|同|匹配)",
    ),
    (
        Kind.LOGIN_REQUIRED,
        r"auth(?:entication|entification)? (?:is )?(?:required|needed)|"
        r"must authenticate|authenticate first|\bAUTH first|turn on smtp auth\w*|"
        r"(?:log ?in|login)(?: with auth)? first|must (?:log ?in|login)|not logged in|"
        r"need(?:s)? (?:to )?(?:auth|log ?in|login)\w*|"
        r"not authenticated|check local fail|local user only|"
        r"unauthenticated|不允许匿名|需要.{0,6}(?:认证|登录|验证)|请先.{0,4}(?:认证|登录|验证)|"
        r"requires authentication|auth command (?:is )?required",
    ),
    (Kind.CHECKING, r"unverified address|verification in progress"),
    (
        Kind.SENDER,
        r"sender (?:address )?(?:verif\w+|domain|is (?:un\w+|invalid))|sender.{0,12}(?:invalid|unknown)|"
        r"invalid sender|badmailfrom|fake sender|sender not|"
        r"sender (?:address )?rejected: (?:domain|user|"
        r"need|un\w+)|"
        r"domain of sender|mail from.{0,20}(?:reject\w*|denied|must|invalid)|valid sender domain|"
        r"from address.{0,20}verif\w+|email address is not verified|unresolvable.{0,20}(?:from|domain)|"
        r"null sender|(?:denies|refuse\w*) the sender|DNS MX or A|MI:IMF|发件人|发信人|"
        r"from: domain is invalid|bogus mail from|emetteur invalide|unroute?able sender",
    ),
    (
        Kind.FULL_MAILBOX,
        r"(?:mailbox|inbox|account|box) (?:is )?(?:full|over)|over ?-?quota|quota (?:exceeded|full|"
        r"violation)|"
        r"exceed\w*.{0,20}(?:quota|storage)|quota exceed|out of (?:storage|space)|mailbox size limit|"
        r"insufficient mailbox|space not enough|not enough (?:storage )?space|destinataire pleine|"
        r"邮箱.{0,4}满|容量|空间.{0,3}不足|超出.{0,4}限额|disk ?(?:space )?(?:quota|limit)|"
        r"quota usage|full mailbox|folder is full|over the (?:allowed )?quota|"
        r"space has been used up|enough space|mailbox (?:has )?exceeded|too many messages on the server",
    ),
    (
        Kind.TOO_MANY_RECIPIENTS,
        r"too (?:many|much) (?:rcpts?|recipients?)|recipients? limit|RP:DRC|RP:RCL|"
        r"(?:number|total) of RCPTs?|RCPT (?:numbers?|attempts)|收件人.{0,6}(?:过多|太多|超)",
    ),
    (
        Kind.TOO_LARGE,
        r"message (?:size |file |length )?(?:is )?(?:too (?:big|large|long)|exceeds?)|"
        r"size (?:limit )?exceed\w*|too (?:big|large)|too much mail data|mailsize limit|"
        r"exceed\w* .{0,30}(?:message )?size|size of your message|length of \w+ content|"
        r"attach\w* is too (?:long|large|big)|邮件.{0,4}(?:过大|太大)|附件.{0,4}(?:过大|太大)|"
        r"size limit|taille limite|size violation",
    ),
    (
        Kind.RATE,
        r"too many (?:connections|messages|errors|mails?|emails|concurrent|sessions|logins?|auth\w*|failed|"
        r"invalid|recent|same|commands)|too much fail|rate ?-?limit\w*|rate that|"
        r"throttl\w*|too (?:fast|quick(?:ly)?|much mail|frequently)|limit (?:is )?exceed\w*|"
        r"connection frequency|"
        r"frequency limit\w*|exceeded (?:\w+ ){0,4}?(?:limits?|threshold)|per hour|concurrent connections|"
        r"(?:messages?|mails?|connections?) per (?:connection|session|day)|thread limit|"
        r"HL:I(?:CC|FC|FQ)|(?:MI|RP):(?:CEL|DMC|CCL|SFQ|QRC|STC|TRC)|频率|频繁|过多|过快|"
        r"超过.{0,8}限|per-domain connection limit|connection limit|too many smtp|"
        r"trop de connexions|again slower|numerous attempts",
    ),
    (
        Kind.BUSY,
        r"(?:server|system|service|agent) (?:is )?(?:too )?busy|(?:ports? are|too) busy|overload\w*|"
        r"under (?:maximum|heavy) load|load (?:is )?too high|系统.{0,3}繁忙|服务器.{0,3}忙",
    ),
    (
        Kind.NO_SERVICE,
        r"no smtp service|not accepting (?:connections|mail|messages)|"
        r"(?:host|server) (?:/domain )?does not accept (?:mail|messages|e-?mail)|no smtp MX only",
    ),
    (
        Kind.BUSY_MAILBOX,
        r"mailbox (?:is )?(?:temporarily )?(?:unavailable|not available|busy|locked|in use)|"
        r"(?:recipient|user) (?:is )?(?:temporarily )?unavailable|temporar\w+ locked|邮箱暂时",
    ),
    (
        Kind.DISABLED_MAILBOX,
        r"(?:account|mailbox|user|recipient|address).{0,40}\b(?:disabled|inactive|suspended|locked|"
        r"deactivated|"
        r"frozen|discontinued|inactivity|no longer (?:active|valid|in use)|is blocked)|"
        r"\bis no longer valid|"
        r"(?:: |^)inactive\b|inactive (?:account|mailbox|user|e-?mail)|expired account|"
        r"disabled (?:recipient|user|mailbox)|"
        r"user (?:hangup|rejected)|停用|冻结|禁用|注销|(?:currently|been) suspended|deactivated|"
        r"archived recipient|destinataire archiv|user is terminated|no longer accepts mail|"
        r"user not active|not an active address|mailbox is inactive",
    ),
    (
        Kind.NO_MAIL_THERE,
        r"null ?mx|(?:domain|host) (?:\S+ )?(?:does not (?:exist|accept)|not found|unknown|"
        r"is not reachable)|"
        r"domain may not exist|(?:unknown|no such|invalid|non-?existent) (?:domain|host)\b|"
        r"find (?:the recipient domain|any host)|DNS query error|bad host|域名.{0,4}不存在|"
        r"domain must exist|no mx record|unroute?able mail domain",
    ),
    (
        Kind.NO_ROUTE,
        r"(?:host|destination|network) (?:is )?unreachable|no route (?:to|for)|could not connect|"
        r"unable to (?:resolve )?"
        r"route|name ?server reply|dns (?:query|lookup) fail\w*|host name lookup fail\w*|"
        r"name or service not known",
    ),
    (
        Kind.SYNTAX,
        r"not a valid RFC.?5321 address|bad (?:\w+ )?address syntax|address syntax|syntax error|"
        r"malformed address|missing at end of address|must contain a domain",
    ),
    (
        Kind.UNKNOWN_MAILBOX,
        r"user unknown|unknown (?:user|local|recipient|mailbox|address|or illegal alias)|"
        r"no such (?:user|mailbox|recipient|local|person|address)|addressee unknown|"
        r"(?:user|mailbox|account|recipient|address|alias).{0,40}"
        r"(?:does(?: not|n'?t) exist|not exists?|not found|unknown|invalid|could not be found|unallocated|"
        r"no longer on server|undeliverable)|"
        r"(?:invalid|bad|not a valid)[ -](?:recipient|mailbox|destination|user|rcpt\w*)|"
        r"no mailbox (?:here|by)|"
        r"not our (?:customer|user)|mailbox (?:unavailable|not available|name not)|unrouteable address|"
        r"recipnotfound|does(?: not|n'?t) have an? \S+ account|not in recipient list|"
        r"not a (?:registered|valid) (?:\w+ )?(?:user|recipient)|recipient rejected: user|not user of this|"
        r"用户不存在|不存在|无此用户|查无此|无效.{0,4}(?:收件人|地址|用户)|not present in directory|"
        r"can'?t accept user|not a (?:known|local) (?:user|address)|mailbox (?:is )?unavai\w*|"
        r"mailbox not present|no account by|no existe|nessun utente|utilisateur inconnu|"
        r"no mail ?box (?:available|found)|recipient is not local|recipient notfound|"
        r"no one at this address|email address is wrong|missing home directory|user not known|"
        r"virtual user|account (?:is )?unavailable|validrcptto",
    ),
    # Postfix's own table of clients, with whatever its admin wrote there; IronPort's.
    (Kind.BLOCK_LIST, r"client host rejected|your access to (?:submit|this mail) .{0,60}rejected"),
    (
        Kind.BAD_LOGIN,
        r"(?<!temporary )(?:authentication|login) fail\w*|"
        r"(?:bad|invalid|incorrect) (?:credentials|password|login)",
    ),
    (Kind.NO_RECIPIENTS, r"no valid recipients|no (?:good )?recipients?|need rcpt|rcpt first|valid rcpt"),
    (Kind.EIGHT_BIT, r"smtputf8|8-?bit|body type not supported|non-?ascii|strict ascii|internationali[sz]ed"),
    (
        Kind.CONTENT,
        r"\bspam\w*|virus\w*|malware|phish\w*|unsolicited|\bUBE\b|junk ?mail|"
        r"(?:message |mail )?content (?:reject\w*|refused|denied|restrict\w*)|banned content|"
        r"nature of the content|its content|content (?:examination|filter\w*)|message filtered|"
        r"prohibited (?:content|attachment)|attachment|suspicious|security (?:issue|polic\w+)|"
        r"DT:SPM|垃圾|病毒|内容|敏感|bulk (?:e-?mail|mail|advertising)|bulk\.|mass mailer|"
        r"rejecting mail content|unacceptable content|anti-?spam|recurrent pattern|by our filter",
    ),
)

#: Words that say little: a code that is exact says more.
VAGUE: Final = _compiled(
    (
        Kind.UNKNOWN_MAILBOX,
        r"(?:recipient|rcpt(?:-to)?|"
        r"recipient addresses) (?:address )?(?:is )?rejected(?!: *(?:polic|abuse|block))|"
        r"mailing list expansion problem",
    ),
    (
        Kind.SENDER,
        r"sender (?:address )?(?:is )?(?:rejected|denied|refused)|"
        r"sender (?:e-?mail address rejected|was rejected)",
    ),
    (Kind.NO_LOGIN, r"user has no permission"),  # NetEase: SMTP is switched off in the settings
    (Kind.PUT_OFF, r"internal resources? (?:are )?temporarily unavailable"),
    (
        Kind.SERVER_TROUBLE,
        r"insufficient system|queue file|no space|disk|configuration error|config error|"
        r"configuration problem|"
        r"local error|internal error|"
        r"internal server error|out of memory|database|temporary (?:\w+ )?(?:failure|problem|error)|"
        r"temporar\w+ (?:local )?(?:failure|problem|error|unavailable)|system (?:problem|error)|"
        r"license expired|"
        r"系统.{0,3}错误|系统.{0,6}故障",
    ),
    (
        Kind.PUT_OFF,
        r"(?:try|retry) (?:again|later|after|in)|try (?:\w+ )?later|come back|\blater\b|deferred|"
        r"temporarily (?:rejected|refused|unavailable)|please (?:try again|retry)|稍后|请重试|暂时",
    ),
    (
        Kind.SERVER_TROUBLE,
        r"service (?:is )?(?:currently |temporarily )?(?:unavailable|not available)|mail system full|"
        r"misconfigured|error while being processed|can'?t create \w+ \w+ file|interrupted system call|"
        r"could not load",
    ),
    (
        Kind.POLICY,
        r"polic\w+|in my bad\w+ list|access denied|denied|prohibit\w*|not (?:allowed|permitted|accepted)|"
        r"no permission|\bblocked\b|restrict\w*|拒绝|策略",
    ),
)

_HELD_AT: Final = frozenset({"connect", "helo"})
#: Kinds that only a refusal for now is about.
ONLY_FOR_NOW: Final = frozenset({Kind.BUSY_MAILBOX, Kind.CHECKING})
#: Kinds that only mean something at some steps; behind a dot or in a greeting no address is refused.
ONLY_AT: Final = {
    Kind.UNKNOWN_MAILBOX: MAIL_STEPS,
    Kind.RELAYING: MAIL_STEPS,
    Kind.FULL_MAILBOX: MAIL_STEPS,
    Kind.DISABLED_MAILBOX: MAIL_STEPS,
    Kind.RECIPIENT_REFUSES: MAIL_STEPS,
    Kind.CHECKING: MAIL_STEPS,
    Kind.SENDER: MAIL_STEPS,
    Kind.NO_MAIL_THERE: MAIL_STEPS,
    Kind.TOO_LARGE: MAIL_STEPS,
    Kind.TOO_MANY_RECIPIENTS: MAIL_STEPS,
    Kind.LOOP: MAIL_STEPS,
    Kind.CONTENT: MAIL_STEPS,
    Kind.MALFORMED: frozenset({"data", "dot"}),
    Kind.APP_PASSWORD: frozenset({"auth"}),
    Kind.NO_LOGIN: frozenset({"auth"}),
    Kind.MECHANISM: frozenset({"auth"}),
    Kind.BAD_LOGIN: frozenset({"auth"}),
    Kind.WEB_LOGIN: frozenset({"auth"}),
    Kind.NO_SERVICE: _HELD_AT,
}

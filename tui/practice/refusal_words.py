"""What the words of a refusal say of its reason, as far as they were seen (``tui.practice.refusals``)."""

from __future__ import annotations

import re
from typing import Final

from tui.practice.refusals import Kind

#: What the words say, the surest first. Each is looked for in the whole text.
WORDINGS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.GREYLISTED, r"gr[ea]y-?list\w*|postgrey|灰名单"),
        (Kind.DMARC, r"\bDMARC\b"),
        (Kind.DKIM, r"\bDKIM\b"),
        (Kind.SPF, r"\bSPF\b|sender policy framework"),
        (
            Kind.BLOCK_LIST,
            r"spamhaus|spamcop|barracuda\w*|sorbs|dnsbl|\brbl\b|block ?lists?\b|black ?list\w*|"
            r"blocked (?:using|by|for)|listed (?:in|at|by|on)|bad reputation|poor reputation|黑名单|信誉",
        ),
        (
            Kind.REVERSE_DNS,
            r"reverse (?:dns|hostname|lookup)|\bPTR\b|\brDNS\b|cannot find your (?:reverse )?hostname|"
            r"client host rejected: cannot find|反向解析",
        ),
        (
            Kind.TLS_REQUIRED,
            r"must issue a? ?starttls|starttls (?:command )?first|encryption (?:is )?(?:required|needed)|"
            r"requires? (?:tls|ssl|encryption)|secure connection",
        ),
        (
            Kind.LOGIN_REQUIRED,
            r"auth(?:entication|entification)? (?:is )?(?:required|needed)|"
            r"must authenticate|authenticate first|"
            r"(?:log ?in|login)(?: with auth)? first|must (?:log ?in|login)|"
            r"need(?:s)? (?:to )?(?:auth|log ?in|login)\w*|"
            r"not authenticated|"
            r"unauthenticated|不允许匿名|需要.{0,6}(?:认证|登录|验证)|请先.{0,4}(?:认证|登录|验证)",
        ),
        (
            Kind.RELAYING,
            r"relay(?:ing)?,? (?:access )?(?:denied|not (?:permitted|allowed)|prohibited|refused)|"
            r"(?:unable|not (?:permitted|allowed)|refuse|cannot|won'?t) to relay|not relay\w*|no relay\w*|"
            r"(?:does|do) not relay|we do not relay|not in my list of allowed rcpthosts|"
            r"isn'?t in my list of allowed rcpthosts|not a local (?:domain|user)|中继|转发.{0,4}拒绝",
        ),
        (Kind.TOO_MANY_RECIPIENTS, r"too many recipients|recipients? limit|收件人.{0,4}(?:过多|太多)"),
        (
            Kind.RATE,
            r"too many (?:connections|messages|errors|mails?|concurrent|sessions|hops?)|rate ?-?limit\w*|"
            r"throttl\w*|too (?:fast|quick(?:ly)?|much mail|frequently)|limit exceeded|connection frequency|"
            r"frequency limit\w*|unusual rate|at a rate that|频率|频繁|过多|过快",
        ),
        (
            Kind.HELO_NAME,
            r"(?:helo|ehlo)\W.{0,60}(?:reject\w*|invalid|refused|not found|fully.qualified|required name)|"
            r"(?:invalid|bad|bogus|rejected).{0,20}\b(?:helo|ehlo)\b|need fully-qualified hostname",
        ),
        (
            Kind.SENDER_RIGHT,
            r"(?:permissions?|rights?|allowed|authori[sz]ed|permitted) to send (?:as|on behalf)|SendAsDenied",
        ),
        (
            Kind.SENDER,
            r"sender (?:address )?(?:rejected|verif\w+|denied|not|domain)|sender.{0,12}(?:invalid|unknown)|"
            r"domain of sender|mail from.{0,20}(?:reject\w*|denied|must)|"
            r"from address.{0,20}(?:match|verif\w+)|mail from must equal|does not own|发件人|发信人",
        ),
        (
            Kind.FULL_MAILBOX,
            r"(?:mailbox|inbox|account) (?:is )?(?:full|over)|over ?-?quota|quota (?:exceeded|full)|"
            r"exceed\w*.{0,20}(?:quota|storage)|out of (?:storage|space)|insufficient (?:disk|mailbox)|"
            r"邮箱.{0,4}满|容量|超出.{0,4}限额",
        ),
        (
            Kind.TOO_LARGE,
            r"message (?:size |file )?(?:too (?:big|large)|exceeds?)|"
            r"size (?:limit )?exceed\w*|too (?:big|large)|"
            r"exceeds? (?:fixed )?(?:maximum )?(?:message )?size|邮件.{0,4}(?:过大|太大)",
        ),
        (
            Kind.DISABLED_MAILBOX,
            r"(?:account|mailbox|user).{0,20}(?:disabled|inactive|suspended|locked|deactivated)|停用|冻结",
        ),
        (
            Kind.UNKNOWN_MAILBOX,
            r"user unknown|unknown (?:user|local|recipient|mailbox|address)|"
            r"no such (?:user|mailbox|recipient|local|person|address)|"
            r"(?:user|mailbox|account|recipient|address).{0,30}"
            r"(?:does(?: not|n'?t) exist|not found|unknown|invalid)|"
            r"(?:invalid|bad) (?:recipient|mailbox|destination|user)\b|no mailbox (?:here|by)|"
            r"not our customer|mailbox (?:unavailable|not available)|unrouteable address|"
            r"用户不存在|不存在|无此用户|recipient (?:address )?rejected|mailing list expansion problem",
        ),
        (Kind.NO_RECIPIENTS, r"no valid recipients|no (?:good )?recipients?|need rcpt|rcpt first|valid rcpt"),
        (
            Kind.EIGHT_BIT,
            r"smtputf8|8-?bit|non-?ascii|strict ascii|internationali[sz]ed",
        ),
        (
            Kind.CONTENT,
            r"\bspam\w*|virus\w*|malware|phish\w*|unsolicited|"
            r"(?:message )?content (?:reject\w*|refused|denied)|"
            r"prohibited (?:content|attachment)|attachment|suspicious|垃圾|病毒|内容",
        ),
        (
            Kind.SERVER_TROUBLE,
            r"insufficient system|queue file|no space|disk|configuration error|local error|internal error|"
            r"temporar\w+ (?:failure|problem|error|unavailable)|system (?:problem|busy)|try (?:again )?later|"
            r"系统.{0,3}(?:繁忙|错误)",
        ),
        (
            Kind.POLICY,
            r"polic\w+|access denied|denied|prohibited|not (?:allowed|permitted|accepted)|"
            r"no permission|\bblocked\b|拒绝|策略",
        ),
    )
)

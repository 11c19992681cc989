"""What every front end has to say where TLS goes wrong, and what must not leave then."""

from __future__ import annotations

from dataclasses import dataclass

#: The login of the scripts, alice / s3cret-Pass, and what its password may travel as.
AUTH = "AUTH PLAIN AGFsaWNlAHMzY3JldC1QYXNz"
SECRETS = (b"s3cret-Pass", b"czNjcmV0LVBhc3M", b"AGFsaWNlAHMzY3JldC1QYXNz", b"7333637265742d50617373")


@dataclass(frozen=True)
class Expected:
    """``says``: in line mode. ``shows``: on the split screen. ``asks``: about the certificate, or about a
    password in clear. ``secure``: the connection is what it should be, so that a login may go out. ``code``:
    of the script piped in, with a login behind it."""

    says: tuple[str, ...]
    shows: tuple[str, ...]
    asks: str = ""
    secure: bool = False
    code: int = 77
    never: tuple[str, ...] = ()


def _unverified(reason: str, fault: str, *cert: str) -> Expected:
    return Expected(
        says=(reason, "Nothing proves who is at the other end.", *cert),
        shows=(fault, "NOT VERIFIED", "yes connects"),
        asks="certificate",
    )


_NO_FALL_BACK = "nothing is sent in plain text instead"
_SECURE = Expected(
    says=("TLS handshake complete: TLSv1.3",),
    shows=("TLS 1.3 from here on; certificate verified",),
    secure=True,
    never=("NOT VERIFIED",),
)


def _failed(headline: str, *says: str) -> Expected:
    return Expected(says=(headline, *says, _NO_FALL_BACK), shows=(headline, "TLS failed"))


EXPECTED: dict[str, Expected] = {
    "ok_starttls": _SECURE,
    "ok_tls": _SECURE,
    "starttls_selfsigned": _unverified("is signed by itself", "it is signed by itself", "✗ not trusted"),
    "starttls_expired": _unverified("The certificate expired", "it has expired", "2020-01-01  ✗ expired"),
    "starttls_future": _unverified("is valid from 2048-01-01 on", "it is not valid yet", "✗ not valid yet"),
    "starttls_wrong_name": _unverified(
        "The certificate is for mx.other.test, not for 127.0.0.1", "it is for another name", "✗ no match"
    ),
    "tls_selfsigned": _unverified("is signed by itself", "it is signed by itself", "✗ not trusted"),
    "tls_hostile_certificate": _unverified(
        "is signed by itself", "it is signed by itself", r"\x1b[2Jlocalhost"
    ),
    "starttls_old_version": _failed(
        "no version of TLS that both sides take", "smtptutor takes TLS 1.2 and newer"
    ),
    "starttls_new_extensions": Expected(
        says=("since TLS began: new: SIZE; gone: AUTH",),
        shows=("since TLS began: new: SIZE; gone: AUTH",),
        secure=True,
    ),
    "starttls_stripped": Expected(
        says=("S: 502 5.5.1 Not implemented", "This server has no TLS here. Send no password without it."),
        shows=("502 5.5.1 Not implemented", "This server has no TLS here. Send no"),
        asks="clear",
    ),
    "starttls_454": Expected(
        says=("S: 454 4.7.0 TLS not available", "TLS is not to be had now. Send no password without it."),
        shows=("454 4.7.0 TLS not available", "TLS is not to be had now. Send no"),
        asks="clear",
    ),
    "starttls_plaintext": _failed("the server agreed to STARTTLS, and what came then is not TLS"),
    "starttls_injected": _failed("plain text came behind the 220 of STARTTLS", "RFC 3207 §4.2"),
    "starttls_stalled": _failed("the TLS handshake did not come to its end", "The server fell silent"),
    "starttls_reset": _failed("the server hung up during the TLS handshake"),
    "tls_garbage": _failed("TLS broke off in the middle", "nothing behind it can be trusted"),
    "tls_missing": _failed("what answers is not TLS", "25 and 587 begin in plain text"),
    "tls_closed": _failed("the server hung up during the TLS handshake"),
    "tls_stalled": _failed("the TLS handshake did not come to its end", "The server fell silent"),
}


_NOT_IN_CLEAR = "停在 AUTH PLAIN ******** 之前"
_UNPROVED = "无法证明对方是谁"
_NO_FALL_BACK_ZH = "也不会改用明文发送任何内容"
#: In line mode in Chinese; of the logins what is said once somebody agreed to send them in clear.
CHINESE: dict[str, tuple[str, ...]] = {
    "ok_starttls": ("证书已验证：localhost", "要再发一次 EHLO：TLS 使之前的作废"),
    "ok_tls": ("证书已验证：localhost",),
    "starttls_selfsigned": ("证书是自签名的：没有别人为它担保。", _UNPROVED, "✗ 不可信"),
    "starttls_expired": ("证书已过期", _UNPROVED, "2020-01-01  ✗ 过期"),
    "starttls_future": ("证书从 2048-01-01 起才有效。", _UNPROVED, "✗ 未生效"),
    "starttls_wrong_name": ("证书是给 mx.other.test 的，不是给 127.0.0.1 的。", _UNPROVED, "✗ 不符"),
    "tls_selfsigned": ("证书是自签名的：没有别人为它担保。", _UNPROVED, "✗ 不可信"),
    "tls_hostile_certificate": ("证书是自签名的", _UNPROVED, r"签发者   \x1b[2Jlocalhost"),
    "starttls_old_version": ("双方没有共同的 TLS 版本", "smtptutor 只接受 TLS 1.2", _NO_FALL_BACK_ZH),
    "starttls_new_extensions": ("TLS 开始以后：新增 SIZE；不再有 AUTH",),
    "starttls_stripped": ("这台服务器在这里没有 TLS。没有它就不要发送密码。", _NOT_IN_CLEAR),
    "starttls_454": ("现在不能用 TLS。没有它就不要发送密码。", _NOT_IN_CLEAR),
    "starttls_plaintext": ("服务器同意了 STARTTLS，随后传来的却不是 TLS", _NO_FALL_BACK_ZH),
    "starttls_injected": ("STARTTLS 的 220 后面跟着明文", "RFC 3207 §4.2", _NO_FALL_BACK_ZH),
    "starttls_stalled": ("TLS 握手没有完成", "没有了回音", _NO_FALL_BACK_ZH),
    "starttls_reset": ("服务器在 TLS 握手时挂断了", _NO_FALL_BACK_ZH),
    "tls_garbage": ("TLS 中途断了", "其后的一切都不可信", _NO_FALL_BACK_ZH),
    "tls_missing": ("对方回应的不是 TLS", "25 和 587 端口从明文开始", _NO_FALL_BACK_ZH),
    "tls_closed": ("服务器在 TLS 握手时挂断了", _NO_FALL_BACK_ZH),
    "tls_stalled": ("TLS 握手没有完成", "没有了回音", _NO_FALL_BACK_ZH),
    "echo_server": ("服务器重复了密码，已隐藏", "考虑换一个密码"),
    "auth_refused": ("永久拒绝：登录没有通过", "检查用户名和密码"),
    "auth_bad_challenge": ("提问不是 base64", r"334 的意思：\x1b]52;c;aGk="),
    "auth_plaintext_only": ("明文密码", "途中谁都能读"),
    "auth_withdrawn": ("503 5.5.1   永久拒绝：这里不接受登录",),
    "auth_closes": ("服务器在登录中途断开了连接", "密码没有保存在任何地方"),
}

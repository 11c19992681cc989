"""What ssh runs to ask a person: it hands the question to the smtptutor that started ssh, and prints the
answer.

ssh gives the question as the one argument and reads the answer from stdout (``SSH_ASKPASS`` in ssh(1)). So no
secret stands on a command line, in an environment or in a file. Run as a script of its own, without the
package: it must start quickly and must work wherever ssh was started.
"""

import os
import socket
import sys

ANSWER = b"+"  # the first octet of an answer; anything else is none


def main(path: str, question: str) -> int:
    """Ask at the socket ``path``; 1 when there is no answer."""
    kind = os.environ.get("SSH_ASKPASS_PROMPT", "")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        try:
            wire.connect(path)
            wire.sendall(kind.encode() + b"\0" + os.fsencode(question))
            wire.shutdown(socket.SHUT_WR)
            answer = b""
            while data := wire.recv(4096):
                answer += data
        except OSError:
            return 1
    if not answer.startswith(ANSWER):
        return 1
    if kind == "":
        sys.stdout.buffer.write(answer[1:] + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))

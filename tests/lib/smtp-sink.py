"""A mail server for tests: takes mails on a loopback port of the system's choice and
files them. usage: smtp-sink.py DIR [CERT KEY USER PASSWORD]

Prints its port, then serves until its standard input ends. With CERT it wants
STARTTLS and the sign-in. nobody@ gets a 550, later@ a 451, full@ a 552 after
the final dot. Each mail becomes DIR/N.eml and DIR/N.envelope."""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

REFUSALS = {"nobody": "550 5.1.1 no such user here", "later": "451 4.7.1 greylisted, come back"}


class Sink:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = REFUSALS.get(address.split("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 mailbox full"
        self.count += 1
        line = "%s %s tls=%d user=%s\n" % (
            envelope.mail_from,
            ",".join(envelope.rcpt_tos),
            session.ssl is not None,
            session.auth_data or "",
        )
        (self.folder / f"{self.count}.envelope").write_text(line)
        (self.folder / f"{self.count}.eml").write_bytes(envelope.content)
        return "250 2.0.0 taken"


async def main():
    options = {}
    if len(sys.argv) > 2:
        cert, key, user, password = sys.argv[2:6]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)

        def sign_in(server, session, envelope, mechanism, data):
            if (data.login, data.password) == (user.encode(), password.encode()):
                return AuthResult(success=True, auth_data=user)
            # Not handled by us: without this the server would not answer at all.
            return AuthResult(success=False, handled=False)

        options = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": sign_in,
        }
    sink = Sink(sys.argv[1])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Not through asyncio: standard input may be anything.
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


asyncio.run(main())

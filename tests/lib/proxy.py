"""A small proxy for tests, on a port that the system chose.

  proxy.py --port-file F --log F [--auth USER:PASSWORD] [--tls CERT KEY] [--map HOST=PLACE]...
  proxy.py --port-file F --log F --forward PLACE [--ipv6]

PLACE is PORT (on 127.0.0.1) or the path of a socket. The first form answers CONNECT, for the
hosts that are mapped alone; the second passes on whatever comes. The log has a line for each
request: its target and what became of it. Ends when its parent does.
"""
import argparse
import base64
import os
import socket
import ssl
import sys
import threading
import time


def connect(place):
    if place.startswith("/"):
        other = socket.socket(socket.AF_UNIX)
        other.connect(place)
        return other
    return socket.create_connection(("127.0.0.1", int(place)))


def pump(source, target):
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(client, other):
    threading.Thread(target=pump, args=(other, client), daemon=True).start()
    pump(client, other)


def read_head(client):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(4096)
        if not piece:
            return None
        head += piece
    return head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


class Proxy:
    def __init__(self, options):
        self.options = options
        self.map = dict(entry.split("=", 1) for entry in options.map)
        self.log = open(options.log, "a", buffering=1)

    def say(self, *words):
        print(*words, file=self.log, flush=True)

    def allowed(self, headers):
        if not self.options.auth:
            return True
        given = headers.get("proxy-authorization", "")
        wanted = base64.b64encode(self.options.auth.encode()).decode()
        return given == "Basic " + wanted

    def answer(self, client):
        """One CONNECT; another one may follow after a 407."""
        while lines := read_head(client):
            method, target = lines[0].split()[:2]
            headers = {k.lower(): v.strip() for k, _, v in (l.partition(":") for l in lines[1:])}
            if not self.allowed(headers):
                self.say(method, target, 407)
                client.sendall(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                               b"Content-Length: 0\r\n\r\n")
                continue
            place = self.map.get(target.rsplit(":", 1)[0])
            if method != "CONNECT" or not place:
                self.say(method, target, 403)
                client.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
                return
            self.say(method, target, 200)
            other = connect(place)
            client.sendall(b"HTTP/1.1 200 Go\r\n\r\n")
            join(client, other)
            return

    def serve(self, client):
        try:
            if self.options.forward:
                self.say("forward")
                join(client, connect(self.options.forward))
            else:
                self.answer(client)
        except (OSError, ValueError) as problem:
            self.say("broken", problem)
        finally:
            client.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--auth")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--map", action="append", default=[])
    parser.add_argument("--forward")
    parser.add_argument("--ipv6", action="store_true")
    options = parser.parse_args()
    parent = os.getppid()

    family = socket.AF_INET6 if options.ipv6 else socket.AF_INET
    listening = socket.socket(family)
    listening.bind(("::1" if options.ipv6 else "127.0.0.1", 0))
    listening.listen(64)
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    proxy = Proxy(options)
    with open(options.port_file + ".new", "w") as file:
        print(listening.getsockname()[1], file=file)
    os.rename(options.port_file + ".new", options.port_file)

    def accept():
        while True:
            client, _ = listening.accept()
            threading.Thread(target=take, args=(client,), daemon=True).start()

    def take(client):
        try:
            proxy.serve(context.wrap_socket(client, server_side=True) if context else client)
        except (OSError, ssl.SSLError) as problem:
            proxy.say("broken", problem)

    threading.Thread(target=accept, daemon=True).start()
    while os.getppid() == parent:
        time.sleep(0.5)
    sys.exit(0)


main()

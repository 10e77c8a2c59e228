#!/usr/bin/env python3
"""An origin server that misbehaves, for the tests of src/fetch and of `tamga lists update`. Standard library, and openssl for certificates.

usage: origin.py [--root FOLDER] [--log FILE]

Prints one line of JSON with its addresses, then serves on loopback until its standard input ends:
  http, https   the server, plain and with a certificate for 127.0.0.1 and localhost signed by `ca`
  stranger      the same by a CA nobody knows; expired: out of date; elsewhere: for another host's name; old: TLS 1.1 only
  ca, other_ca  files of certificates; closed: a port where nobody listens

Every path is /WHAT/KEY?options. KEY counts requests of its own, so that "the first two fail" is per test. What there is: see the functions
named serve_WHAT. --log gets a line of JSON for each request: key, target, headers (names in lower case).
"""
import argparse
import email.utils
import functools
import gzip
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import warnings

LOCK = threading.Lock()
COUNTS = {}
REASONS = {200: "OK", 206: "Partial Content", 302: "Found", 304: "Not Modified", 404: "Not Found", 416: "Range Not Satisfiable",
           429: "Too Many Requests", 500: "Internal Server Error"}
CHANGED = "Tue, 10 Nov 2026 08:00:00 GMT"
OPTIONS = argparse.Namespace(root=None, log=None)


@functools.lru_cache(maxsize=4)
def body_of(size, edition="1"):
    """The same bytes as fetch_test.cpp makes: lines "EDITION,NUMBER,row", cut at `size`."""
    line_length = len(edition) + 13
    lines = "".join(f"{edition},{number:07d},row\n" for number in range(size // line_length + 1))
    return lines.encode()[:size]


class Gone(Exception):
    """The client has hung up, or this connection is to be broken now."""


class Exchange:
    def __init__(self, connection):
        self.connection = connection
        data = b""
        while b"\r\n\r\n" not in data:
            block = connection.recv(65536)
            if not block or len(data) > 1 << 20:
                raise Gone
            data += block
        lines = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        self.target = lines[0].split(" ")[1]
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        parsed = urllib.parse.urlsplit(self.target)
        self.what, _, self.key = parsed.path.strip("/").partition("/")
        self.options = dict(urllib.parse.parse_qsl(parsed.query, keep_blank_values=True))
        with LOCK:
            self.count = COUNTS.get(self.key, 0) + 1
            COUNTS[self.key] = self.count
            if OPTIONS.log:
                with open(OPTIONS.log, "a", encoding="utf-8") as log:
                    log.write(json.dumps({"key": self.key, "target": self.target, "headers": self.headers}) + "\n")

    def number(self, name, otherwise=0):
        return int(self.options.get(name, otherwise))

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Gone from error

    def head(self, status, fields):
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Whatever')}", "Connection: close"]
        if not any(name.lower() == "date" for name, _ in fields):
            lines.append("Date: " + email.utils.formatdate(usegmt=True))
        lines += [f"{name}: {value}" for name, value in fields]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def answer(self, status, fields=(), body=b""):
        self.head(status, [*fields, ("Content-Length", len(body))])
        self.send(body)

    def break_off(self, how):
        if how == "reset":
            # A linger of zero turns close into RST, as a crashed server or a firewall does.
            raw = self.connection
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "stall":
            self.wait_for_client(60)
        raise Gone

    def wait_for_client(self, most):
        """Says nothing more, until the client hangs up."""
        self.connection.settimeout(most)
        try:
            while self.connection.recv(65536):
                pass
        except OSError:
            pass


def serve_file(exchange):
    """A file as a good server sends it, with one thing wrong after another by option:
    size, edition, path (a file under --root), type, etag, modified (1), date, gzip (1), chunked (1), nolength (1), ranges (0: Range is ignored)
    change_after=N      from request N+1 on it is another edition with another ETag
    fail=N & status     the first N answers have that status; retry_after
    break_at=K & breaks=N & how=close|reset|stall   the first N bodies end after K bytes
    lie=N               Content-Length says N bytes more than come
    rate=B              B bytes each tenth of a second
    if_range=0          answers a range even if the file has changed
    shift=N             sends the range from N bytes further on; cap=N: at most N bytes of a range; refuse_range=1: 416
    no_etag_in_range=1  206 without validators
    """
    number, options = exchange.number, exchange.options
    edition, etag = options.get("edition", "1"), options.get("etag", "")
    modified = CHANGED if number("modified") else ""
    if number("change_after") and exchange.count > number("change_after"):
        edition, etag = "2", etag and etag.replace("1", "2")
        modified = modified and "Wed, 11 Nov 2026 08:00:00 GMT"
    if "path" in options:
        with open(os.path.join(OPTIONS.root, os.path.basename(options["path"])), "rb") as file:
            body = file.read()
    else:
        body = body_of(number("size", 5000), edition)
    if exchange.count <= number("fail"):
        fields = [("Retry-After", options["retry_after"])] if "retry_after" in options else []
        return exchange.answer(number("status", 500), fields, b"<html>an error page</html>")

    fields = [("Content-Type", options.get("type", "text/csv; charset=utf-8"))]
    if etag:
        fields.append(("ETag", etag))
    if modified:
        fields.append(("Last-Modified", modified))
    if "date" in options:
        fields.append(("Date", options["date"]))
    asked = exchange.headers
    if etag and asked.get("if-none-match") == etag or modified and "if-none-match" not in asked and asked.get("if-modified-since") == modified:
        return exchange.head(304, fields)

    packed = number("gzip") and "gzip" in asked.get("accept-encoding", "")
    if packed:
        body = gzip.compress(body, mtime=0)
        fields.append(("Content-Encoding", "gzip"))
        if options["gzip"] == "2":  # a stream that stops in the middle, though HTTP says it is whole
            body = body[:len(body) // 2]
        elif options["gzip"] == "3":
            body = body[:-8] + b"\0\0\0\0" + body[-4:]

    status, first = 200, 0
    wanted = asked.get("range", "")
    if wanted and number("refuse_range"):
        return exchange.answer(416, [("Content-Range", f"bytes */{len(body)}")])
    fresh = "if-range" not in asked or asked["if-range"] in (etag, modified) or not number("if_range", 1)
    if wanted.startswith("bytes=") and number("ranges", 1) and fresh:
        status, first = 206, int(wanted[6:].split("-")[0]) + number("shift")
        last = min(len(body), first + number("cap", len(body))) - 1
        fields.append(("Content-Range", f"bytes {first}-{last}/{len(body)}"))
        body = body[first:last + 1]
        if number("no_etag_in_range"):
            fields = [field for field in fields if field[0] not in ("ETag", "Last-Modified")]

    chunked = number("chunked")
    if chunked:
        fields.append(("Transfer-Encoding", "chunked"))
    elif not number("nolength"):
        fields.append(("Content-Length", len(body) + number("lie")))
    exchange.head(status, fields)
    broken = "break_at" in options and exchange.count <= number("breaks", 1 << 30)
    if broken:
        body = body[:number("break_at")]
    step = number("rate", 1 << 16)
    for at in range(0, len(body), step):
        block = body[at:at + step]
        exchange.send(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if "rate" in options:
            time.sleep(0.1)
    if broken:
        exchange.break_off(options.get("how", "close"))
    if chunked:
        exchange.send(b"0\r\n\r\n")


def serve_status(exchange):
    exchange.answer(exchange.number("code", 404), [("Content-Type", "text/html")], b"<html>sorry</html>")


def serve_html(exchange):
    """A page with status 200; type says what the header calls it."""
    page = exchange.options.get("page", "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n").encode()
    if "gzip" in exchange.options:
        return exchange.answer(200, [("Content-Type", exchange.options.get("type", "text/html")), ("Content-Encoding", "gzip")], gzip.compress(page))
    exchange.answer(200, [("Content-Type", exchange.options.get("type", "text/html; charset=utf-8"))], page)


def serve_raw(exchange):
    """Content-Encoding as the option says, around bytes that may not be so."""
    exchange.answer(200, [("Content-Type", "text/csv"), ("Content-Encoding", exchange.options["encoding"])], body_of(5000))


def serve_redirect(exchange):
    """To the option `to` as it stands; without it, no Location. `forever=BYTES`: a body that does not end."""
    fields = [("Location", exchange.options["to"])] if "to" in exchange.options else []
    if "forever" in exchange.options:
        exchange.head(302, fields)
        while True:
            exchange.send(b"x" * 65536)
    exchange.answer(exchange.number("code", 302), fields, b"<html>moved</html>")


def serve_chain(exchange):
    """`left` redirects, then a file."""
    left = exchange.number("left")
    if left == 0:
        return exchange.answer(200, [("Content-Type", "text/csv")], body_of(5000))
    exchange.answer(302, [("Location", f"/chain/{exchange.key}?left={left - 1}")])


def serve_loop(exchange):
    exchange.answer(302, [("Location", exchange.target)])


def serve_cookie(exchange):
    """Redirects to itself until its cookie comes back."""
    if "seen=1" in exchange.headers.get("cookie", ""):
        return exchange.answer(200, [("Content-Type", "text/csv")], body_of(5000))
    exchange.answer(302, [("Location", exchange.target), ("Set-Cookie", "seen=1")])


def serve_endless(exchange):
    exchange.head(200, [("Content-Type", "text/csv")])
    while True:
        exchange.send(b"1,0000000,row\n" * 4096)


def serve_headers(exchange):
    """Headers that do not end."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        exchange.send(b"X-Padding: " + b"x" * 8000 + b"\r\n")


def serve_bomb(exchange):
    """`size` zeros, packed by gzip to a thousandth; whoever asks for it unpacked gets it packed all the same."""
    exchange.answer(200, [("Content-Type", "text/csv"), ("Content-Encoding", "gzip")], gzip.compress(b"\0" * exchange.number("size")))


def serve_loris(exchange):
    """A byte now and then, of the headers."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 5\r\n" * 100:
        exchange.send(bytes([byte]))
        time.sleep(0.2)


def serve_silence(exchange):
    exchange.wait_for_client(60)


def serve_hangup(exchange):
    """Closes without a word, the first `times` times."""
    if exchange.count <= exchange.number("times", 1 << 30):
        raise Gone
    exchange.answer(200, [("Content-Type", "text/csv")], body_of(5000))


def serve_say(exchange):
    """Sends the option `text` as it is ("\\n" for a line's end), and closes."""
    exchange.send(exchange.options["text"].replace("\\n", "\r\n").encode())


def serve_early(exchange):
    """103 Early Hints with a Content-Type of its own, before the real answer."""
    exchange.send(b"HTTP/1.1 103 Early Hints\r\nContent-Type: text/html\r\n\r\n")
    exchange.answer(200, [("Content-Type", "text/csv")], body_of(5000))


def handle(connection, context):
    try:
        connection.settimeout(120)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        exchange = Exchange(connection)
        serve = globals().get("serve_" + exchange.what)
        if serve is None:
            exchange.answer(404)
        else:
            serve(exchange)
        if context is not None:
            connection.unwrap()
        else:
            connection.shutdown(socket.SHUT_WR)
            exchange.wait_for_client(5)
    except (Gone, OSError, ValueError):
        pass
    finally:
        connection.close()


def listen(context):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(connection, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def make_ca(folder, name, *more):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-days", "2",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", *more)


def make_certificate(folder, name, ca, subjects, start, end):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
            "-out", f"{name}.csr")
    # `openssl x509` of OpenSSL 3.0 cannot date a certificate into the past; `openssl ca` can.
    with open(os.path.join(folder, f"{name}.cnf"), "w", encoding="utf-8") as config:
        config.write(f"[ca]\ndefault_ca=it\n[it]\ndatabase={name}.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n"
                     f"x509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName={subjects}\n")
    open(os.path.join(folder, f"{name}.index"), "w", encoding="utf-8").close()
    openssl(folder, "ca", "-batch", "-notext", "-config", f"{name}.cnf", "-cert", f"{ca}.pem", "-keyfile", f"{ca}.key", "-startdate", start,
            "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.pem")


def tls(folder, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key"))
    return context


def when(days):
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--root", help="folder of the files that /file/KEY?path=NAME sends")
    parser.add_argument("--log", help="file that gets a line of JSON for each request")
    parser.parse_args(namespace=OPTIONS)
    folder = tempfile.mkdtemp(prefix="tamga-origin-")
    try:
        for ca in ("ca", "other_ca"):
            make_ca(folder, ca)
        here = "IP:127.0.0.1,DNS:localhost"
        make_certificate(folder, "good", "ca", here, when(-1), when(2))
        make_certificate(folder, "stranger", "other_ca", here, when(-1), when(2))
        make_certificate(folder, "expired", "ca", here, when(-9), when(-2))
        make_certificate(folder, "elsewhere", "ca", "DNS:elsewhere.example", when(-1), when(2))
        old = tls(folder, "good")
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is deprecated is the point
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_server(("127.0.0.1", 0)) as unused:
            closed = f"127.0.0.1:{unused.getsockname()[1]}"
        print(json.dumps({"http": listen(None), "https": listen(tls(folder, "good")), "stranger": listen(tls(folder, "stranger")),
                          "expired": listen(tls(folder, "expired")), "elsewhere": listen(tls(folder, "elsewhere")), "old": listen(old),
                          "closed": closed, "ca": os.path.join(folder, "ca.pem"), "other_ca": os.path.join(folder, "other_ca.pem")}), flush=True)
        sys.stdin.read()  # until whoever started this closes it, or dies
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

"""A running `tamga serve` for tests, and a client that holds each answer against /openapi.json. Not a test itself."""
import datetime
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
SAMPLES = os.path.join(ROOT, "samples", "lists")
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def tamga(data, *arguments, by="", status=0):
    run = subprocess.run([TAMGA, "--data", data, *arguments], capture_output=True, env={**PLAIN, "TAMGA_USER": by}, timeout=300)
    assert status is None or run.returncode == status, (arguments, run.returncode, run.stderr.decode())
    return run.stdout.decode()


def days_ago(days):
    return (datetime.date.today() - datetime.timedelta(days)).isoformat()


class Server:
    """Started on a free port; `data` is made with the sample lists unless one is given."""

    def __init__(self, *options, data=None, by="", lists=True, max_age="0", threads="2", published=""):
        self.own = data is None
        self.data = data or tempfile.mkdtemp(prefix="tamga-serve-")
        if self.own and lists:
            for part in ("eu", "ofac", "uk", "un"):
                dated = ["--published", published or min("2026-11-20", days_ago(10))] if part in ("ofac", "eu") else []
                tamga(self.data, "lists", "import", os.path.join(SAMPLES, part), *dated)
        self.log = open(os.path.join(self.data, "serve.log"), "w+")
        command = [TAMGA, "--data", self.data, "--max-list-age", max_age, "serve", "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, env={**PLAIN, "TAMGA_USER": by, "TAMGA_THREADS": threads})
        self.token, self.port, self.said = "", 0, []
        for line in self.process.stdout:
            line = line.decode().strip()
            self.said.append(line)
            if line.startswith("tamga_"):
                self.token = line
            if line.startswith("tamga serves at http"):
                self.port = int(line.rsplit(":", 1)[1])
                break
        if not self.port:
            self.process.wait(10)
            raise AssertionError("the server did not start: " + self.logged())

    def logged(self):
        self.log.flush()
        return open(self.log.name).read()

    def stop(self, send=signal.SIGTERM, wait=60):
        if self.process.poll() is None:
            self.process.send_signal(send)
        status = self.process.wait(wait)
        self.process.stdout.close()
        self.log.close()
        return status

    def close(self):
        if self.process.poll() is None:
            self.stop()
        if self.own:
            shutil.rmtree(self.data)

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0

    def socket(self, timeout=20):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def raw(self, data, timeout=20):
        """Sends bytes, and reads until the server closes or says nothing more."""
        with self.socket(timeout) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while True:
                try:
                    part = connection.recv(65536)
                except (ConnectionResetError, TimeoutError):
                    return answer
                if not part:
                    return answer
                answer += part


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One caller. Every answer of a documented endpoint is held against its schema; `Client.called` gathers what was asked."""
    called = {}
    document = None

    def __init__(self, server, token="", tls=None):
        self.server, self.token, self.tls = server, token, tls
        self.cookie, self.csrf = "", ""
        if Client.document is None and tls is None:
            Client.document = self.request("GET", "/openapi.json", check=False).json

    def connection(self):
        if self.tls is not None:
            return http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=60, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

    def request(self, method, path, body=None, headers=None, status=None, check=True, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if self.cookie:
            headers["Cookie"] = "tamga_session=" + self.cookie
            if self.csrf:
                headers["X-CSRF-Token"] = self.csrf
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = self.connection()
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        if status is not None and answer.status != status:
            raise AssertionError(f"{method} {path}: {answer.status}, expected {status}: {answer.body[:2000].decode(errors='replace')}")
        if check:
            self.check(method, path.split("?")[0], answer)
        return answer

    def get(self, path, status=200, **query):
        return self.request("GET", path, status=status, **query)

    def post(self, path, body=None, status=200, headers=None, **query):
        return self.request("POST", path, body, headers, status, **query)

    def check(self, method, path, answer):
        found = operation(Client.document, method, path)
        if found is None:
            return
        template, described = found
        Client.called.setdefault((method, template), set()).add(answer.status)
        response = described["responses"].get(str(answer.status), described["responses"]["default"] if answer.status >= 400 else None)
        if response is None:
            if answer.status == 200 and "201" in described["responses"]:
                return  # the same, not recorded
            raise AssertionError(f"{method} {template} answers {answer.status}, which its description does not know")
        content = response.get("content", {})
        kind = (answer.headers.get("Content-Type") or "").split(";")[0]
        if answer.status in (204, 303) or method == "HEAD":
            return
        if kind not in content:
            raise AssertionError(f"{method} {template} answers {kind}, described is {list(content)}")
        if kind.endswith("json") and kind != "application/x-ndjson":
            wrong = faults(answer.json, content[kind]["schema"], Client.document)
            if wrong:
                raise AssertionError(f"{method} {template}: {wrong[:5]} in {answer.body[:1500].decode()}")


def operation(document, method, path):
    parts = path.split("/")
    best = None
    for template, methods in document["paths"].items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(w.startswith("{") or w == p for w, p in zip(wanted, parts)):
            if method.lower() in methods and (best is None or best.count("{") > template.count("{")):
                best = template
    return None if best is None else (best, document["paths"][best][method.lower()])


def faults(value, schema, document, at=""):
    """The part of JSON Schema that the document uses, written a second time."""
    if "$ref" in schema:
        return faults(value, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, at)
    wrong = []
    if "anyOf" in schema and all(faults(value, one, document, at) for one in schema["anyOf"]):
        wrong.append(f"{at} fits no form")
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}

    def fits(kind):
        if kind == "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        if kind == "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, kinds[kind])

    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(fits(kind) for kind in types):
            return wrong + [f"{at} is {type(value).__name__}, expected {types}"]
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{at} is {value!r}, expected one of {schema['enum']}")
    if isinstance(value, dict):
        wrong += [f"{at} has no {key}" for key in schema.get("required", []) if key not in value]
        more = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in schema.get("properties", {}):
                wrong += faults(item, schema["properties"][key], document, f"{at}/{key}")
            elif more is False:
                wrong.append(f"{at}/{key} is not known")
            elif isinstance(more, dict):
                wrong += faults(item, more, document, f"{at}/{key}")
            elif "properties" in schema and schema["properties"] and at == "":
                wrong.append(f"{at}/{key} is not described")
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            wrong += faults(item, schema["items"], document, f"{at}/{number}")
    return wrong


def certificate(folder, name, subject, signer=None, host=False):
    """NAME.pem and NAME.key, self-signed or signed by another of this folder."""
    path = os.path.join(folder, name)
    run = lambda *arguments: subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    if signer is None:
        more = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"] if host else []
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path + ".key", "-out", path + ".pem", "-days", "2",
            "-subj", "/CN=" + subject, *more)
    else:
        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", path + ".key", "-out", path + ".csr", "-subj", "/CN=" + subject)
        signer = os.path.join(folder, signer)
        run("x509", "-req", "-in", path + ".csr", "-CA", signer + ".pem", "-CAkey", signer + ".key", "-CAcreateserial", "-days", "2",
            "-out", path + ".pem")
    return path + ".pem", path + ".key"


def fingerprint(pem):
    der = ssl.PEM_cert_to_DER_cert(open(pem).read())
    return hashlib.sha256(der).hexdigest()

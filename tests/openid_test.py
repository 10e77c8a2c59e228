#!/usr/bin/env python3
"""People who sign in at a provider: a real one (npm's oidc-provider, installed by this test, skipped with a word where npm or its registry is not
there), and one of our own that lies. Run by ctest, which names the program in $TAMGA."""
import base64
import datetime
import html
import http.client
import http.cookies
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from server import ROOT, Client, Server, tamga

HERE = os.path.join(ROOT, "tests", "openid")
SECRET = "a secret + of the client: 100%"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def people(data):
    for name, role in (("Dana", "administrator"), ("aslan", "analyst"), ("gulnara@example.kz", "approver"), ("gone", "analyst")):
        tamga(data, "people", "add", name, "--role", role, by="Dana")
    tamga(data, "people", "stop", "gone", by="Dana")


class Browser:
    """What matters of one: cookies by host and path, and SameSite: a page of another site that leads here brings no Strict cookie along."""

    def __init__(self):
        self.cookies = {}

    def request(self, method, url, body=None, headers=None, cross=False):
        at = urllib.parse.urlsplit(url)
        kept = self.cookies.setdefault(at.hostname, {})
        sent = [f"{name}={one.value}" for name, one in kept.items()
                if at.path.startswith(one["path"]) and not (cross and one["samesite"] == "Strict")]
        headers = {"Accept": "text/html", **(headers or {})}
        if sent:
            headers["Cookie"] = "; ".join(sent)
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
        connection.request(method, urllib.parse.urlunsplit(("", "", at.path or "/", at.query, "")), body, headers)
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    kept.pop(name, None)
                else:
                    morsel["path"] = morsel["path"] or "/"
                    kept[name] = morsel
        return response

    def follow(self, url, stop="", cross=False):
        """Goes where it is led. Stops before an address that begins with `stop`, and gives that."""
        for _ in range(20):
            if stop and url.startswith(stop):
                return url, None
            response = self.request("GET", url, cross=cross)
            if response.status not in (302, 303):
                return url, response
            onward = urllib.parse.urljoin(url, response.headers["Location"])
            cross = cross or urllib.parse.urlsplit(onward).netloc != urllib.parse.urlsplit(url).netloc
            url = onward
        raise AssertionError("led in circles")


class House(unittest.TestCase):
    """A server, a provider's port, and what a browser does between them."""
    options = []

    def setUp(self):
        self.data = tempfile.mkdtemp(prefix="tamga-openid-")
        people(self.data)
        self.secret_file = os.path.join(self.data, "secret")
        with open(self.secret_file, "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.server = None

    def serve(self, *options, secret=True):
        given = ["--oidc-secret-file", self.secret_file] if secret else []
        self.server = Server("--oidc-issuer", self.issuer, "--oidc-client", "tamga", *given, "--refresh", "1", *options, data=self.data)
        self.here = f"http://127.0.0.1:{self.server.port}"
        return self.server

    def tearDown(self):
        if self.server is not None:
            self.server.close()
        shutil.rmtree(self.data)

    def who(self, browser):
        response = browser.request("GET", self.here + "/v1/session", headers={"Accept": "application/json"})
        return response.status, json.loads(response.text)


def install():
    """A folder with oidc-provider, or why there is none."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "", "npm is not here"
    if int(subprocess.run(["node", "-p", "process.versions.node.split('.')[0]"], capture_output=True, text=True).stdout or 0) < 18:
        return "", "node is older than 18"
    folder = os.path.join(os.environ.get("TAMGA_BUILD") or os.path.join(ROOT, "build", "release"), "openid_provider")
    os.makedirs(folder, exist_ok=True)
    lock = os.path.join(HERE, "package-lock.json")
    with open(lock, encoding="utf-8") as file:
        wanted = file.read()
    done = os.path.join(folder, "installed.json")
    if not os.path.exists(done) or open(done, encoding="utf-8").read() != wanted:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(HERE, name), folder)
        try:
            npm = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], cwd=folder, capture_output=True,
                                 timeout=120)
        except subprocess.TimeoutExpired:
            return "", "npm's registry does not answer"
        if npm.returncode != 0:
            return "", "npm could not install oidc-provider"
        with open(done, "w", encoding="utf-8") as file:
            file.write(wanted)
    shutil.copy(os.path.join(HERE, "provider.mjs"), folder)
    return folder, ""


class RealProvider(House):
    @classmethod
    def setUpClass(cls):
        cls.folder, why = install()
        if why:
            raise unittest.SkipTest(why)

    def provide(self, algorithm="RS256", secret=SECRET, in_token=False):
        """Starts it; a second call stops the first one, and has other keys."""
        self.stop_provider()
        said = {"port": self.port, "tamga": self.here, "algorithm": algorithm, "secret": secret, "inToken": in_token}
        self.provider = subprocess.Popen(["node", "provider.mjs", json.dumps(said)], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL)
        for line in self.provider.stdout:
            if line.strip() == b"ready":
                return
        raise AssertionError("the provider did not start")

    def stop_provider(self):
        if getattr(self, "provider", None) is not None:
            self.provider.stdin.close()
            self.provider.terminate()
            self.provider.wait(10)
            self.provider.stdout.close()
            self.provider = None

    def tearDown(self):
        self.stop_provider()
        super().tearDown()

    def to_callback(self, browser, name, to=""):
        """Signs in at the provider's form, and gives the address that it leads back to."""
        url, form = browser.follow(self.here + "/v1/session/openid" + ("?" + urllib.parse.urlencode({"to": to}) if to else ""))
        self.assertEqual(form.status, 200, form.text[:500])
        action = html.unescape(re.search(r'action="([^"]+)"', form.text)[1])
        sent = browser.request("POST", urllib.parse.urljoin(url, action), {"prompt": "login", "login": name, "password": "any"})
        self.assertIn(sent.status, (302, 303), sent.text[:500])
        url, _ = browser.follow(urllib.parse.urljoin(url, sent.headers["Location"]), self.here)
        self.assertTrue(url.startswith(self.here + "/v1/session/openid/callback?"), url)
        return url

    def sign_in(self, name, to=""):
        browser = Browser()
        return browser, browser.request("GET", self.to_callback(browser, name, to), cross=True)

    def test_a_person_signs_in_works_and_signs_out(self):
        self.serve("--oidc-name", "Work & Co", "--log-requests")
        self.provide()
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        Client(self.server).request("GET", "/v1/session/ways", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        self.assertIn(f'"trace_id":"{trace}"', self.server.logged())
        ways = Client(self.server).get("/v1/session/ways").json
        self.assertEqual(ways, {"token": True, "openid": {"name": "Work & Co", "begin": "/v1/session/openid"}})
        browser, back = self.sign_in("aslan", "#/alerts/x")
        self.assertEqual((back.status, back.headers["Location"]), (303, "/#/alerts/x"), back.text)
        cookies = back.headers.get_all("Set-Cookie")
        self.assertRegex(cookies[0], r"^tamga_session=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200$")
        self.assertRegex(cookies[1], r"^tamga_signin=; Path=/v1/session/openid; HttpOnly; SameSite=Lax; Max-Age=0$")
        status, told = self.who(browser)
        self.assertEqual((status, told["name"], told["roles"]), (200, "aslan", ["analyst"]))
        note = lambda **headers: browser.request("POST", self.here + "/v1/alerts/alert-x/note", '{"text":"x"}',
                                                 {"Content-Type": "application/json", **headers})
        self.assertEqual(note().status, 403, "a write must show the session's token")
        self.assertEqual(note(**{"X-CSRF-Token": told["csrf"], "Idempotency-Key": "k"}).status, 404)
        self.assertEqual(browser.request("POST", self.here + "/v1/people", '{"name":"x","roles":[]}', {"X-CSRF-Token": told["csrf"]}).status, 403)
        # The roles are those of the store, now.
        tamga(self.data, "people", "add", "aslan", "--role", "auditor", by="Dana")
        end = time.monotonic() + 10
        while self.who(browser)[1]["roles"] != ["auditor"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        # Signing out ends it here and leads to where it ends there.
        ended = browser.request("DELETE", self.here + "/v1/session", headers={"X-CSRF-Token": told["csrf"]})
        self.assertEqual(ended.status, 204)
        self.assertEqual(self.who(browser)[0], 401)
        leave = ended.headers["x-end-session"]
        self.assertTrue(leave.startswith(self.issuer + "/session/end?id_token_hint="), leave)
        url, page = browser.follow(leave)
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
        action = html.unescape(re.search(r'action="([^"]+)"', page.text)[1])
        confirmed = browser.request("POST", urllib.parse.urljoin(url, action), {"xsrf": fields["xsrf"], "logout": "yes"})
        self.assertEqual(urllib.parse.urljoin(url, confirmed.headers["Location"]).split("?")[0], self.here + "/")
        log = self.server.logged()
        self.assertNotIn('"level":"error"', log)
        self.assertNotIn("aslan", log)
        self.assertRegex(log, r'"route":"/v1/session/openid/callback","status":303')
        reads = ""
        while '"route":"/v1/session/openid/callback"' not in reads:
            self.assertLess(time.monotonic(), end + 20)
            time.sleep(0.2)
            day = os.path.join(self.data, "reads", datetime.datetime.now(datetime.timezone.utc).date().isoformat() + ".jsonl")
            if os.path.exists(day):
                with open(day, encoding="utf-8") as file:
                    reads = file.read()
        self.assertRegex(reads, r'"who":"aslan"[^\n]*"route":"/v1/session/openid/callback"')

    def test_each_algorithm_and_change_of_keys(self):
        self.serve(secret=False)
        for algorithm, in_token in (("RS256", True), ("ES256", False), ("EdDSA", False), ("RS256", True)):
            # Each start of the provider has other keys, under ids that the server has not seen.
            self.provide(algorithm, secret="", in_token=in_token)
            browser, back = self.sign_in("aslan")
            self.assertEqual(back.status, 303, algorithm + back.text + self.server.logged())
            self.assertEqual(self.who(browser)[1]["name"], "aslan")
            time.sleep(1.1)

    def test_who_is_not_of_the_store_is_told_what_to_do(self):
        self.serve("--oidc-claim", "email")
        self.provide()
        browser, back = self.sign_in("gulnara")
        self.assertEqual(back.status, 303, back.text + self.server.logged())
        self.assertEqual(self.who(browser)[1], {**self.who(browser)[1], "name": "gulnara@example.kz", "roles": ["approver"]})
        browser, back = self.sign_in("<b>x")
        self.assertEqual(back.status, 403)
        self.assertIn("tamga people add &lt;b&gt;x@example.kz --role ROLE", back.text)
        self.assertEqual(self.who(browser)[0], 401)
        # Added a moment ago is known, without waiting for the next look.
        tamga(self.data, "people", "add", "new@example.kz", "--role", "liaison", by="Dana")
        self.assertEqual(self.sign_in("new")[1].status, 303)
        browser, back = self.sign_in("unverified")
        self.assertEqual(back.status, 403)
        self.assertIn("does not vouch for your email", back.text)

    def test_nothing_is_answered_twice_or_elsewhere(self):
        self.serve()
        self.provide()
        browser = Browser()
        callback = self.to_callback(browser, "aslan")
        other = Browser()
        refused = other.request("GET", callback, cross=True)
        self.assertEqual(refused.status, 400, "another browser")
        self.assertIn("Begin again", refused.text)
        self.assertEqual(self.who(other)[0], 401)
        changed = re.sub(r"state=[^&]+", "state=" + "A" * 43, callback)
        state = dict(browser.cookies["127.0.0.1"])
        self.assertEqual(browser.request("GET", changed, cross=True).status, 400, "another state")
        browser.cookies["127.0.0.1"] = dict(state)
        self.assertEqual(browser.request("GET", re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", callback), cross=True).status, 400)
        browser.cookies["127.0.0.1"] = dict(state)
        self.assertEqual(browser.request("GET", callback, cross=True).status, 303)
        browser.cookies["127.0.0.1"].update(state)
        self.assertEqual(browser.request("GET", callback, cross=True).status, 400, "the same answer again")
        self.assertEqual(self.who(browser)[1]["name"], "aslan")
        # Who has left is not let in, nor does their session go on.
        tamga(self.data, "people", "stop", "aslan", by="Dana")
        self.assertEqual(self.sign_in("aslan")[1].status, 403)
        end = time.monotonic() + 10
        while self.who(browser)[0] != 401:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        said = browser.request("GET", self.here + "/v1/session/openid/callback?error=access_denied&state=x", headers={"Accept-Language": "ru"})
        self.assertEqual(said.status, 400)
        self.assertIn("Начните заново", said.text)

    def test_in_a_real_browser(self):
        """Chromium keeps to SameSite as it really is; the provider is another site ("localhost") than the server ("127.0.0.1")."""
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        if not chromium:
            self.skipTest("chromium is not here")
        self.serve("--log-requests")
        self.provide()
        folder = tempfile.mkdtemp(prefix="tamga-chromium-")
        page = os.path.join(folder, "drive.mjs")
        try:
            with open(page, "w", encoding="utf-8") as file:
                file.write(DRIVE)
            done = subprocess.run(["node", page, chromium, folder, self.here], capture_output=True, text=True, timeout=50)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr[-2000:])
            told = json.loads(done.stdout.splitlines()[-1])
            self.assertEqual((told["status"], told["name"], told["script"]), (200, "aslan", ""), done.stdout)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


# Chromium by its own protocol, over a pipe, so that nothing has to be installed: signs in at the form and asks the server who that is.
DRIVE = r"""
import { spawn } from 'node:child_process';
const [chromium, folder, here] = process.argv.slice(2);
const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--user-data-dir=' + folder + '/profile', 'about:blank'];
const child = spawn(chromium, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
let last = 0, rest = '';
const waiting = new Map();
child.stdio[4].on('data', (part) => {
  rest += part;
  for (let end; (end = rest.indexOf('\0')) >= 0; rest = rest.slice(end + 1)) {
    const told = JSON.parse(rest.slice(0, end));
    waiting.get(told.id)?.(told);
  }
});
const ask = (method, params = {}, sessionId) => new Promise((done) => {
  waiting.set(++last, done);
  child.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
});
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const target = (await ask('Target.createTarget', { url: 'about:blank' })).result.targetId;
const session = (await ask('Target.attachToTarget', { targetId: target, flatten: true })).result.sessionId;
const run = async (expression) => {
  const told = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, session);
  return told.result?.result?.value;
};
const until = async (expression) => {
  for (let i = 0; i < 200; ++i, await pause(100)) {
    const value = await run(expression).catch(() => undefined);
    if (value) return value;
  }
  throw new Error('never: ' + expression + ' at ' + (await run('location.href')) + ' ' + (await run('document.body.innerText')));
};
let status = 1;
try {
  await ask('Page.navigate', { url: here + '/' }, session);
  await until(`location.href.startsWith('${here}')`);
  await run(`location.href = '/v1/session/openid?to=' + encodeURIComponent('#/alerts')`);
  await until(`document.querySelector('input[name=login]') !== null`);
  await run(`for (const name of ['login', 'password']) document.querySelector('input[name=' + name + ']').value = 'aslan';
    document.querySelector('form').submit()`);
  await until(`location.href === '${here}/#/alerts' && document.readyState === 'complete'`);
  console.log(await run(`fetch('/v1/session').then(async (told) => JSON.stringify({ status: told.status, name: (await told.json()).name,
    script: document.cookie }))`));
  status = 0;
} catch (error) {
  console.error(String(error));
}
await Promise.race([ask('Browser.close'), pause(2000)]);
child.kill();
process.exit(status);
"""


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).rstrip(b"=").decode()


class Liar(http.server.ThreadingHTTPServer):
    """A provider that answers what a test wants: `token` makes the ID token of a nonce, `answers` replaces whole documents."""

    def __init__(self, port, folder):
        super().__init__(("127.0.0.1", port), LiarHandler)
        self.issuer = f"http://localhost:{port}"
        self.key = os.path.join(folder, "liar.key")
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        shown = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout
        self.modulus = bytes.fromhex(shown.strip().split("=")[1])
        self.nonce, self.answers, self.asked, self.wait = "", {}, [], 0
        self.changes, self.header = {}, {"alg": "RS256", "kid": "k"}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def sign(self, text):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(), check=True, capture_output=True).stdout

    def token(self):
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "7", "aud": "tamga", "exp": now + 300, "iat": now, "nonce": self.nonce, "preferred_username": "aslan"}
        claims = {key: value for key, value in {**claims, **self.changes}.items() if value is not None}
        text = b64(json.dumps(self.header)) + "." + b64(json.dumps(claims))
        return text + "." + ("" if self.header["alg"] == "none" else b64(self.sign(text)))


class LiarHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self):
        liar = self.server
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        liar.asked.append((self.path, form, self.headers.get("Authorization")))
        time.sleep(liar.wait)
        documents = {
            "/.well-known/openid-configuration": lambda: {
                "issuer": liar.issuer, "authorization_endpoint": liar.issuer + "/auth", "token_endpoint": liar.issuer + "/token",
                "jwks_uri": liar.issuer + "/keys", "userinfo_endpoint": liar.issuer + "/me"},
            "/keys": lambda: {"keys": [{"kty": "RSA", "kid": "k", "n": b64(liar.modulus), "e": "AQAB"}]},
            "/token": lambda: {"id_token": liar.token(), "access_token": "at", "token_type": "Bearer"},
        }
        answer = liar.answers[self.path] if self.path in liar.answers else documents.get(self.path, lambda: {})()
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status in (302, 307):
            self.send_header("Location", liar.issuer + "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    do_GET = do_POST = answer


class LyingProvider(House):
    def setUp(self):
        super().setUp()
        self.liar = Liar(self.port, self.data)

    def tearDown(self):
        self.liar.shutdown()
        self.liar.server_close()
        super().tearDown()

    def sign_in(self, browser=None, code="c", there="", **more):
        browser = browser or Browser()
        begun = browser.request("GET", self.here + "/v1/session/openid")
        self.assertEqual(begun.status, 303, begun.text + self.server.logged())
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun.headers["Location"]).query))
        self.liar.nonce = asked["nonce"]
        query = urllib.parse.urlencode({"code": code, "state": asked["state"], "session_state": "more", **more})
        return browser, browser.request("GET", (there or self.here) + "/v1/session/openid/callback?" + query, cross=True)

    def test_what_it_may_not_say(self):
        self.serve()
        browser, back = self.sign_in()
        self.assertEqual(back.status, 303, back.text + self.server.logged())
        self.assertEqual(self.who(browser)[1]["name"], "aslan")
        ended = browser.request("DELETE", self.here + "/v1/session", headers={"X-CSRF-Token": self.who(browser)[1]["csrf"]})
        self.assertEqual((ended.status, "x-end-session" in ended.headers), (204, False))
        path, form, authorization = [one for one in self.liar.asked if one[0] == "/token"][0]
        self.assertEqual(form["redirect_uri"], self.here + "/v1/session/openid/callback")
        self.assertGreaterEqual(len(form["code_verifier"]), 43)
        self.assertNotIn("client_secret", form)
        name, secret = base64.b64decode(authorization.split()[1]).decode().split(":")
        self.assertEqual((name, urllib.parse.unquote(secret)), ("tamga", SECRET))
        now = int(time.time())
        for changes in ({"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": ["tamga", "another"]}, {"azp": "another"},
                        {"iss": "https://evil.example"}, {"exp": now - 100}, {"exp": "soon"},
                        {"iat": now + 1000}, {"iat": now - 5000, "exp": now + 5000}, {"sub": None}):
            self.liar.changes = changes
            browser, back = self.sign_in()
            self.assertEqual(back.status, 502, changes)
            self.assertEqual(self.who(browser)[0], 401)
        self.liar.changes = {}
        for header in ({"alg": "none"}, {"alg": "HS256", "kid": "k"}, {"alg": "RS256", "kid": "other"}, {"alg": "RS256", "kid": "k", "crit": ["x"]}):
            self.liar.header = header
            self.assertEqual(self.sign_in()[1].status, 502, header)
        self.liar.header = {"alg": "RS256", "kid": "k"}
        huge = b"x" * 1_000_000
        for answer in ({}, [], b"", b"\xff\xfe", huge, {"id_token": "x" * 100_000}, {"id_token": 7}, {"id_token": "a.b.c"}, {"id_token": "\u0000"},
                       (400, {"error": "invalid_grant", "error_description": "no"}), (500, b"<html>"), (302, b""), (307, b"")):
            self.liar.answers = {"/token": answer}
            self.assertEqual(self.sign_in()[1].status, 502, str(answer)[:100])
        self.assertNotIn("/elsewhere", [one[0] for one in self.liar.asked], "a redirect is not followed with the client's secret")
        self.liar.answers = {}
        self.liar.changes = {"preferred_username": "nobody\r\nset-cookie: x=1"}
        self.assertEqual(self.sign_in()[1].status, 403)
        self.liar.changes = {"preferred_username": "gone"}
        browser, back = self.sign_in()
        self.assertEqual(back.status, 403)
        self.assertIn("no longer works here", back.text)
        self.liar.changes = {"preferred_username": None}
        self.liar.answers = {"/me": {"sub": "8", "preferred_username": "aslan"}}
        self.assertEqual(self.sign_in()[1].status, 502, "what is told of somebody else")
        self.liar.answers = {"/me": {"sub": "7", "preferred_username": "aslan"}}
        self.assertEqual(self.sign_in()[1].status, 303)
        self.liar.answers = {"/me": {"sub": "7"}}
        self.assertEqual(self.sign_in()[1].status, 403, "nobody is named")
        problem = Browser()
        answer = problem.request("GET", self.here + "/v1/session/openid/callback?code=c&state=s", headers={"Accept": "application/json"})
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (400, "application/problem+json"))
        log = self.server.logged()
        self.assertNotIn('"level":"error"', log)
        self.assertNotIn(SECRET, log)
        self.assertIn("(nonce)", log)

    def test_another_server_takes_up_what_one_has_begun(self):
        self.serve()
        # Browsers tell hosts by name, not by port.
        given = ["--oidc-issuer", self.issuer, "--oidc-client", "tamga", "--refresh", "1"]
        other = Server(*given, "--oidc-secret-file", self.secret_file, data=self.data)
        try:
            there = f"http://127.0.0.1:{other.port}"
            browser, back = self.sign_in(there=there)
            self.assertEqual((back.status, back.headers["Location"]), (303, "/"), back.text)
            self.assertEqual(self.who(browser)[1]["name"], "aslan")
            told = json.loads(browser.request("GET", there + "/v1/session").text)
            self.assertEqual(browser.request("DELETE", there + "/v1/session", headers={"X-CSRF-Token": told["csrf"]}).status, 204)
        finally:
            other.close()
        # Without a secret they have nothing in common that others have not.
        other = Server(*given, data=self.data)
        try:
            self.assertEqual(self.sign_in(there=f"http://127.0.0.1:{other.port}")[1].status, 400)
        finally:
            other.close()

    def test_it_may_be_slow_or_down_and_nobody_else_notices(self):
        self.serve()
        self.liar.wait = 4
        threads = [threading.Thread(target=Browser().request, args=("GET", self.here + "/v1/session/openid")) for _ in range(40)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        client = Client(self.server, self.server.token)
        began = time.monotonic()
        for _ in range(20):
            client.get("/v1/people")
            client.post("/v1/screen", {"name": "Igor Sechin"}, status=None)
        self.assertLess(time.monotonic() - began, 2)
        for thread in threads:
            thread.join()
        self.liar.wait = 0
        self.assertEqual(self.sign_in()[1].status, 303)

    def test_it_is_down_and_comes_up(self):
        self.liar.shutdown()
        self.liar.server_close()
        self.serve()
        answer = Browser().request("GET", self.here + "/v1/session/openid", headers={"Accept-Language": "kk, en;q=0.5"})
        self.assertEqual(answer.status, 502)
        self.assertIn('lang="kk"', answer.text)
        self.assertEqual(Client(self.server, self.server.token).get("/v1/session").json["name"], "Dana")
        self.liar = Liar(self.port, self.data)
        end = time.monotonic() + 10
        while Browser().request("GET", self.here + "/v1/session/openid").status != 303:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.3)
        self.assertEqual(self.sign_in()[1].status, 303)

    def test_what_it_says_of_itself_is_not_taken_for_granted(self):
        for document in ({"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc/passwd"},
                         {"authorization_endpoint": "javascript:alert(1)"}, {"code_challenge_methods_supported": ["plain"]}):
            good = {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/auth", "token_endpoint": self.issuer + "/token",
                    "jwks_uri": self.issuer + "/keys"}
            self.liar.answers = {"/.well-known/openid-configuration": {**good, **document}}
            self.serve()
            self.assertEqual(Browser().request("GET", self.here + "/v1/session/openid").status, 502, document)
            self.server.stop()


class Options(unittest.TestCase):
    def test_what_does_not_go_together(self):
        with tempfile.TemporaryDirectory() as data:
            for options, word in ((["--oidc-issuer", "https://id.example"], "--oidc-client"), (["--oidc-client", "x"], "--oidc-issuer"),
                                  (["--oidc-issuer", "http://id.example", "--oidc-client", "x"], "plain http"),
                                  (["--oidc-issuer", "id.example", "--oidc-client", "x"], "URL"),
                                  (["--oidc-issuer", "https://id.example", "--oidc-client", "x", "--no-auth"], "--no-auth"),
                                  (["--oidc-issuer", "https://id.example", "--oidc-client", "x", "--public-url", "https://x/y"], "--public-url"),
                                  (["--oidc-issuer", "https://id.example", "--oidc-client", "x", "--oidc-secret-file", "/nowhere"], "/nowhere")):
                run = subprocess.run([os.environ.get("TAMGA") or os.path.join(ROOT, "build", "release", "tamga"), "--data", data, "serve", *options],
                                     capture_output=True, text=True, timeout=20)
                self.assertEqual(run.returncode, 2 if "/nowhere" not in options else run.returncode, options)
                self.assertIn(word, run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1, run.stderr)

    def test_without_a_provider_there_is_none(self):
        server = Server(lists=False)
        try:
            client = Client(server)
            self.assertEqual(client.get("/v1/session/ways").json, {"token": True})
            client.get("/v1/session/openid", 404)
            client.get("/v1/session/openid/callback", 404, code="c", state="s")
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()

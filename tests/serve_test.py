#!/usr/bin/env python3
"""The server as its callers meet it: every endpoint, who may what, streams, TLS. Run by ctest, which names the program in $TAMGA."""
import base64
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from server import PLAIN, ROOT, SAMPLES, TAMGA, Client, Server, certificate, days_ago, fingerprint, tamga

DEALS = os.path.join(ROOT, "examples", "deals")
LICENCES = os.path.join(ROOT, "examples", "licences")


def deal(name, **changes):
    with open(os.path.join(DEALS, name), encoding="utf-8") as file:
        return {**json.load(file), **changes}


def wait_until(what, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


class Open(unittest.TestCase):
    """Without authentication, on loopback."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--no-auth", "--refresh", "1")
        cls.client = Client(cls.server)

    @classmethod
    def tearDownClass(cls):
        logged = cls.server.logged()
        cls.server.close()
        assert '"level":"error"' not in logged, logged

    def test_says_how_it_is(self):
        self.assertEqual(self.client.get("/healthz").json, {"status": "ok"})
        self.assertEqual(self.client.get("/readyz").json, {"ready": True, "why_not": []})
        self.assertEqual(self.client.get("/v1/session/ways").json, {"token": False})
        self.client.post("/v1/screen", {"name": "Igor Sechin"})
        text = self.client.get("/metrics").body.decode()
        self.assertRegex(text, r'tamga_http_requests_total\{route="/v1/screen",method="POST",status="2xx"\} \d+')
        self.assertRegex(text, r'tamga_http_request_seconds_bucket\{route="/v1/screen",method="POST",le="\+Inf"\} \d+')
        self.assertRegex(text, r"tamga_hits_total [1-9]")
        self.assertRegex(text, r'tamga_list_age_days\{list="us_ofac_sdn",part=""\} \d+')
        for line in text.splitlines():
            self.assertRegex(line, r"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{.*\})? [-+0-9.e]+)$")

    def test_screens_as_the_command_does(self):
        answer = self.client.post("/v1/screen", {"names": ["Банк ВТБ"]}).json
        told = json.loads(tamga(self.server.data, "screen", "Банк ВТБ", "--json", status=3))
        self.assertEqual(answer, told)
        self.assertGreater(len(answer["hits"]), 0)
        nothing = self.client.post("/v1/screen", {"name": "Madina Yesimova", "schema": "Person"}).json
        self.assertEqual(nothing["hits"], [])
        one = self.client.post("/v1/screen", {"names": ["Банк ВТБ"]}, list="us_ofac_sdn", threshold="0.9", explain="false").json
        self.assertTrue(one["hits"])
        self.assertEqual({hit["list"] for hit in one["hits"]}, {"us_ofac_sdn"})
        self.assertEqual(one["hits"][0]["explain"], [])
        entity = {"id": "x", "schema": "Company", "properties": {"name": ["VTB Bank"], "country": ["ru"]}}
        self.assertTrue(self.client.post("/v1/screen", {"entity": entity}).json["hits"])

    def test_refuses_what_would_find_nothing(self):
        for body in ({}, {"name": "???"}, {"name": "x", "unknown": 1}, {"name": 7}, {"schema": "Nobody", "name": "x"},
                     {"name": "x", "birth_date": "soon"}, "{", "[]", ""):
            problem = self.client.post("/v1/screen", body, 400, headers={"Content-Type": "application/json"}).json
            self.assertEqual(problem["status"], 400)
            self.assertTrue(problem["detail"])
        pointed = self.client.post("/v1/screen", {"names": ["a", 7]}, 400).json
        self.assertEqual(pointed["errors"], [{"pointer": "/names/1", "detail": "is integer, expected string"}])
        self.client.post("/v1/screen", {"name": "x"}, 400, threshold="2")
        self.client.post("/v1/screen", {"name": "x"}, 400, unknown="2")
        self.client.post("/v1/screen", "name=x", 415, headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.client.get("/v1/nothing", 404)
        self.assertEqual(self.client.request("DELETE", "/v1/screen", status=405).headers["Allow"], "POST")

    def test_lists_entities_goods_rules(self):
        lists = self.client.get("/v1/lists").json["lists"]
        self.assertIn("us_ofac_sdn", [item["list"] for item in lists])
        hit = self.client.post("/v1/screen", {"names": ["Банк ВТБ"]}).json["hits"][0]
        entity = self.client.get("/v1/entities/" + hit["id"]).json
        self.assertEqual(entity["entity"]["caption"], hit["caption"])
        self.client.get("/v1/entities/nobody", 404)
        edition = next(item for item in lists if item["list"] == "us_ofac_sdn")
        same = self.client.get("/v1/lists/us_ofac_sdn/diff", **{"from": edition["published"], "to": edition["published"]}).json
        self.assertEqual(same["added"], [])
        self.client.get("/v1/lists/us_ofac_sdn/diff", 400)
        self.assertEqual(self.client.get("/v1/goods/854231").json, json.loads(tamga(self.server.data, "goods", "854231", "--json")))
        self.assertEqual(self.client.get("/v1/goods", text="бульдозер гусеничный", limit="3").json,
                         json.loads(tamga(self.server.data, "goods", "--text", "бульдозер гусеничный", "--limit", "3", "--json")))
        self.assertGreater(len(self.client.get("/v1/policy/rules").json["rules"]), 50)
        score = self.client.post("/v1/compare", {"name1": "Vladimir Petrov", "name2": "Владимир Петров", "schema": "Person"}).json["score"]
        self.assertGreater(score, 0.9)
        owned = self.client.get("/v1/ownership/" + hit["id"]).json
        self.assertTrue(owned["answers"])

    def test_screens_lines_as_they_come(self):
        rows = [json.dumps({"id": str(i), "name": "Igor Sechin" if i % 100 == 0 else f"Nobody {i} Somewhere"}) for i in range(1000)] + ["{", ""]
        answer = self.client.request("POST", "/v1/screen/batch", "\n".join(rows), {"Content-Type": "application/x-ndjson"}, 200, schema="Person")
        lines = [json.loads(line) for line in answer.body.decode().splitlines()]
        self.assertEqual(len(lines), 1002)
        self.assertEqual([line["id"] for line in lines[:1000]], [str(i) for i in range(1000)])
        self.assertEqual(bool(lines[100]["hits"]), True)
        self.assertIn("error", lines[1000])
        self.assertEqual((lines[-1]["read"], lines[-1]["hit"], lines[-1]["rejected"]), (1001, 10, 1))

    def test_a_batch_takes_no_memory_and_waits_for_its_reader(self):
        before = self.server.memory()
        row = json.dumps({"name": "Nobody Somewhere " + "x" * 300}).encode() + b"\n"
        total, rows = 0, 30_000
        with self.server.socket(60) as connection:
            connection.sendall(b"POST /v1/screen/batch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            stuck = threading.Event()

            def send():
                part = b"%x\r\n%s\r\n" % (len(row) * 100, row * 100)
                for _ in range(rows // 100):
                    connection.sendall(part)
                connection.sendall(b"0\r\n\r\n")
                stuck.set()

            sender = threading.Thread(target=send)
            sender.start()
            self.assertFalse(stuck.wait(3), "12 MB went in although nobody read what came back")
            self.assertLess(self.server.memory() - before, 60_000, "KiB")
            tail = b""
            while not tail.endswith(b"0\r\n\r\n"):
                part = connection.recv(65536)
                self.assertTrue(part)
                total += len(part)
                tail = (tail + part)[-4000:]
            sender.join()
        self.assertGreater(total, rows * 300)
        self.assertIn(b'"read":%d' % rows, tail)

    def test_keeps_a_connection_and_answers_a_pipeline_in_order(self):
        one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        body = b'{"name":"Igor Sechin"}'
        two = b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        answer = self.server.raw(one + two + b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                 b"GET /v1/goods/854231 HTTP/1.1\r\nHost: x.localhost\r\nConnection: close\r\n\r\n"
                                 + one)
        heads = [part.split(b"\r\n")[0] for part in answer.split(b"HTTP/1.1 ")[1:]]
        self.assertEqual(heads, [b"200 OK"] * 4, "and nothing after Connection: close")
        self.assertLess(answer.index(b'"status":"ok"'), answer.index(b'"hits"'))
        old = self.server.raw(b"GET /healthz HTTP/1.0\r\n\r\n")
        self.assertIn(b"Connection: close", old)
        head = b"POST /v1/screen HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        again = self.server.raw(head + body)
        self.assertTrue(again.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"))
        self.assertIn(b"HTTP/1.1 200 OK", self.server.raw(b"GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))

    def test_passes_a_trace_on(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        answer = self.client.request("GET", "/healthz", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        self.assertEqual(answer.headers["x-request-id"], trace)
        self.assertRegex(answer.headers["traceresponse"], f"^00-{trace}-[0-9a-f]{{16}}-01$")
        self.assertRegex(self.client.request("GET", "/healthz", headers={"traceparent": "rubbish"}).headers["x-request-id"], "^[0-9a-f]{32}$")

    def test_refuses_a_browser_that_others_sent_here(self):
        body = {"name": "x y"}
        self.client.request("POST", "/v1/screen", body, {"Host": "evil.example"}, 403)
        self.client.request("POST", "/v1/screen", body, {"Origin": "http://evil.example"}, 403)
        self.client.request("POST", "/v1/screen", body, {"Origin": f"http://127.0.0.1:{self.server.port}"}, 200)

    def test_nothing_of_a_query_is_logged(self):
        self.client.post("/v1/screen", {"name": "Igor Sechin"})
        reads = os.path.join(self.server.data, "reads")

        def read_log():
            return "".join(open(os.path.join(reads, name)).read() for name in os.listdir(reads)) if os.path.isdir(reads) else ""
        self.assertTrue(wait_until(lambda: "/v1/screen" in read_log()))
        self.assertNotIn("Sechin", self.server.logged() + read_log())


class People(unittest.TestCase):
    """With authentication: an administrator, an analyst, an approver, a liaison, an auditor and a machine."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--refresh", "1")
        cls.first = Client(cls.server, cls.server.token)
        cls.client = {}
        for name, *roles in (("Aslan", "analyst"), ("Gulnara", "approver"), ("Lena", "liaison"), ("Olga", "auditor")):
            cls.first.post("/v1/people", {"name": name, "roles": roles})
            secret = cls.first.post("/v1/tokens", {"name": name}, 201).json["secret"]
            cls.client[name] = Client(cls.server, secret)
        secret = cls.first.post("/v1/tokens", {"name": "erp", "machine": True, "days": 1}, 201).json["secret"]
        cls.machine = Client(cls.server, secret)
        assert wait_until(lambda: cls.machine.request("GET", "/v1/session").status == 200)
        assert wait_until(lambda: cls.client["Olga"].request("GET", "/v1/session").status == 200)

    @classmethod
    def tearDownClass(cls):
        logged = cls.server.logged()
        cls.server.stop()
        verified = json.loads(tamga(cls.server.data, "audit", "verify", "--json"))
        cls.server.close()
        assert verified["sound"], verified
        assert '"level":"error"' not in logged, logged

    def test_nobody_is_let_in_without_a_token(self):
        stranger = Client(self.server)
        self.assertEqual(stranger.get("/v1/alerts", 401).headers["WWW-Authenticate"], "Bearer")
        stranger.get("/healthz")
        stranger.get("/openapi.json")
        for token in ("x", "tamga_000000000000_" + "a" * 43, self.server.token[:-1] + "_", "tamga_"):
            Client(self.server, token).get("/v1/alerts", 401)
        self.assertEqual(tamga(self.server.data, "people", "tokens", "--json").count("secret"), 0)

    def test_roles(self):
        self.machine.post("/v1/screen", {"name": "Igor Sechin"})
        self.machine.get("/v1/alerts", 403)
        self.machine.get("/v1/people", 403)
        self.client["Aslan"].post("/v1/people", {"name": "Eve", "roles": ["administrator"]}, 403)
        self.client["Aslan"].get("/v1/audit/verify", 403)
        self.assertTrue(self.client["Olga"].get("/v1/audit/verify").json["sound"])
        self.client["Olga"].post("/v1/deals", deal("01-clean-grain-to-uzbekistan.json"), 403)
        self.assertEqual(self.client["Aslan"].get("/v1/session").json, {"name": "Aslan", "roles": ["analyst"]})
        people = self.client["Olga"].get("/v1/people").json["people"]
        self.assertEqual([person["name"] for person in people], ["Aslan", "Gulnara", "Lena", "Olga", "administrator"])

    def test_a_deal_its_alerts_and_what_becomes_of_them(self):
        aslan, gulnara, lena = (self.client[name] for name in ("Aslan", "Gulnara", "Lena"))
        answer = self.machine.post("/v1/deals", deal("16-possible-namesake.json", id="D-16"), 201)
        decision = answer.json
        self.assertEqual((decision["deal"], decision["outcome"]), ("D-16", "review"))
        self.assertEqual(answer.headers["Location"], "/v1/decisions/" + decision["id"])
        self.assertEqual(aslan.get("/v1/decisions/" + decision["id"]).body, json.dumps(decision, ensure_ascii=False, separators=(",", ":")).encode())
        again = aslan.post(f"/v1/decisions/{decision['id']}/replay", explain="true").json
        self.assertTrue(again["same"])
        self.assertIn("evaluation", again)
        self.assertEqual(aslan.get("/v1/deals/D-16").json["deal"]["id"], "D-16")
        aslan.get("/v1/deals/D-17", 404)
        aslan.get("/v1/decisions/dec-0", 404)

        alerts = aslan.get("/v1/alerts", deal="D-16").json["alerts"]
        alert = next(one for one in alerts if one["hits"])
        path = "/v1/alerts/" + alert["id"]
        self.assertEqual(aslan.post(path + "/assign", {"to": "Aslan"}).json["assigned"], "Aslan")
        aslan.post(path + "/note", {"text": "asked for a passport"})
        self.assertEqual(aslan.post(path + "/escalate").json["state"], "escalated")
        aslan.post(path + "/files", b"%PDF", name="passport.pdf")
        self.client["Olga"].post(path + "/note", {"text": "x"}, 403)
        self.assertIn("asked for a passport", json.dumps(aslan.get(path).json["history"]))
        self.assertTrue(aslan.get("/v1/alerts/reasons").json["reasons"])
        aslan.get("/v1/alerts/alert-0", 404)

        marked = aslan.post(path + "/mark", {"evidence": "born 1980, passport seen"}).json
        aslan.post(path + "/mark", {"evidence": "again"}, 409)
        self.assertEqual(gulnara.get("/v1/proposals/" + marked["id"]).json["state"], "open")
        aslan.post(f"/v1/proposals/{marked['id']}/approve", status=403)
        self.assertEqual(gulnara.post(f"/v1/proposals/{marked['id']}/refuse", {"reason": "which passport?"}).json["state"], "refused")
        marked = aslan.post(path + "/mark", {"evidence": "born 1980, passport N123 seen"}).json
        self.assertEqual(aslan.post(f"/v1/proposals/{marked['id']}/withdraw").json["state"], "withdrawn")
        marked = aslan.post(path + "/mark", {"evidence": "born 1980, passport N123 seen, copy kept"}).json
        self.assertEqual(gulnara.post(f"/v1/proposals/{marked['id']}/approve").json["state"], "approved")
        self.assertEqual(aslan.get(path).json["state"], "closed")
        self.assertEqual(len(aslan.get("/v1/marks").json["marks"]), len(alert["hits"]))
        first = gulnara.get("/v1/proposals", state="all", limit="1").json
        second = gulnara.get("/v1/proposals", state="all", limit="1", cursor=first["next"]).json
        self.assertNotEqual(first["proposals"][0]["id"], second["proposals"][0]["id"])

        other = self.machine.post("/v1/deals", deal("04-high-priority-to-new-firm.json", id="D-4"), 201).json
        one = aslan.get("/v1/alerts", deal="D-4").json["alerts"][0]
        closing = aslan.post(f"/v1/alerts/{one['id']}/close", {"reason": "no_risk", "text": "seen"}, None)
        self.assertIn(closing.status, (200, 409))

        asked = lena.post("/v1/consultations", {"decision": other["id"]}, 201).json
        path = "/v1/consultations/" + asked["id"]
        self.assertTrue(lena.get(path + "/packet.pdf").body.startswith(b"%PDF"))
        self.assertEqual(lena.get(path + "/packet.json").json["consultation"], asked["id"])
        self.assertEqual(lena.post(path + "/sent", {"on": days_ago(0), "reference": "EU-1"}).json["state"], "sent")
        letter = os.urandom(70_000)
        answer = {"on": days_ago(0), "text": "no licence is needed", "document": base64.encodebytes(letter).decode()}
        for wrong in ("", "no base64!", "AAAA====", "QQ", "\u0414"):
            lena.post(path + "/answer", {**answer, "document": wrong}, 400)
        aslan.post(path + "/answer", answer, 403)
        lena.get(path + "/answer/document", 404)
        answered = lena.post(path + "/answer", answer).json
        self.assertEqual((answered["state"], answered["answer_file"]), ("answered", "sha256:" + hashlib.sha256(letter).hexdigest()))
        lena.post(path + "/answer", answer, 409)
        kept = aslan.get(path + "/answer/document")
        self.assertEqual((kept.body, kept.headers["Content-Type"]), (letter, "application/octet-stream"))
        self.assertIn("attachment", kept.headers["Content-Disposition"])
        self.machine.get(path + "/answer/document", 403)
        self.assertEqual(lena.get(path).json["answer"], "no licence is needed")
        self.assertEqual(len(lena.get("/v1/consultations").json["consultations"]), 1)
        aslan.post("/v1/consultations", {"decision": other["id"]}, 403)

    def test_sentences_come_in_the_language_that_is_asked_for(self):
        olga = self.client["Olga"]
        made = self.machine.post("/v1/deals", deal("09-us-chips-to-russia.json", id="IN-RUSSIAN"), 201, lang="ru")
        self.assertEqual(made.headers["content-language"], "ru")
        self.assertRegex(made.json["findings"][0]["because"], "[а-я]{3}")
        path = "/v1/decisions/" + made.json["id"]
        recorded = olga.get(path)
        self.assertRegex(recorded.json["findings"][0]["because"], "[a-z]{3}")
        self.assertNotRegex(recorded.json["findings"][0]["because"], "[а-я]{3}")
        # What a browser sends unasked changes no recorded byte.
        self.assertEqual(olga.request("GET", path, headers={"Accept-Language": "ru"}).body, recorded.body)
        self.assertEqual(olga.get(path, lang="en").body, recorded.body)
        for language in ("ru", "kk"):
            told = olga.get(path, lang=language)
            self.assertEqual(told.headers["content-language"], language)
            self.assertEqual(len(told.json["findings"]), len(recorded.json["findings"]))
            for one, other in zip(told.json["findings"], recorded.json["findings"]):
                self.assertNotEqual(one["because"], other["because"])
                self.assertEqual({**one, "because": "", "evidence": ""}, {**other, "because": "", "evidence": ""})
            self.assertEqual({**told.json, "findings": []}, {**recorded.json, "findings": []})
        alerts = olga.get("/v1/alerts", lang="ru", deal="IN-RUSSIAN").json["alerts"]
        self.assertTrue(alerts)
        self.assertRegex(alerts[0]["because"], "[а-я]{3}")
        self.assertRegex(olga.get("/v1/alerts/" + alerts[0]["id"], lang="kk").json["because"], "[а-яәіңғүұқөһ]{3}")
        olga.get(path, 400, lang="de")
        clean = deal("01-clean-grain-to-uzbekistan.json", id="NOT-KEPT")
        explained = self.machine.post("/v1/deals", clean, 200, record="false", explain="true", lang="ru").json
        self.assertTrue(all(re.search("[а-я]{3}", flag["title"]) for flag in explained["flags"]))
        self.assertTrue(olga.post(path + "/replay", lang="ru", explain="true").json["same"])
        # Of what nobody keeps the browser's language counts.
        for accepted, wanted in (("ru-KZ,ru;q=0.9,en;q=0.8", "ru"), ("de, kk;q=0.5, en;q=0.1", "kk"), ("en-US,ru;q=0.9", None),
                                 ("*", None), (";;,q=", None)):
            problem = olga.request("GET", "/v1/decisions/dec-none", headers={"Accept-Language": accepted}, status=404)
            self.assertEqual(problem.headers["content-language"], wanted)
            self.assertIn("accept-language", problem.headers["vary"])
        told = olga.request("GET", "/v1/decisions/dec-none", headers={"Accept-Language": "ru"}).json["detail"]
        self.assertEqual(told, "решение dec-none здесь не записано")
        self.assertEqual(olga.get("/v1/decisions/dec-none", 404, lang="kk").json["detail"], "dec-none шешімі мұнда жазылмаған")
        self.assertEqual(olga.get("/v1/decisions/dec-none", 404).json["detail"], "no decision dec-none is recorded here")
        wrong = olga.request("GET", "/v1/deals", headers={"Accept-Language": "ru"}, status=400, outcome="maybe").json["detail"]
        self.assertEqual(wrong, "параметр «outcome» равен «maybe»: ожидается одно из: pass, review, licence_required, prohibited")

    def test_deals_are_listed_page_by_page_and_found(self):
        for number in range(5):
            self.machine.post("/v1/deals", deal("01-clean-grain-to-uzbekistan.json", id=f"PAGE-{number}"), 201)
        olga = self.client["Olga"]
        seen, cursor = [], None
        for _ in range(10):
            page = olga.get("/v1/deals", text="PAGE", limit="2", **({"cursor": cursor} if cursor else {})).json
            seen += [row["deal"] for row in page["deals"]]
            cursor = page.get("next")
            if cursor is None:
                break
        self.assertEqual(seen, [f"PAGE-{number}" for number in (4, 3, 2, 1, 0)])
        self.assertEqual(olga.get("/v1/deals", outcome="prohibited", text="PAGE").json["deals"], [])
        olga.get("/v1/deals", 400, cursor="x")
        not_kept = self.machine.post("/v1/deals", deal("01-clean-grain-to-uzbekistan.json", id="NOT-KEPT"), 200, record="false", explain="true").json
        self.assertIn("evaluation", not_kept)
        olga.get("/v1/deals/NOT-KEPT", 404)
        refused = self.machine.post("/v1/deals", {"id": "x", "parties": [], "goods": [], "unknown": 1}, 400).json
        self.assertIn("/unknown", refused["detail"])
        message = os.path.join(ROOT, "examples", "payments")
        name = sorted(name for name in os.listdir(message) if not name.endswith(".md"))[0]
        with open(os.path.join(message, name), "rb") as file:
            self.assertTrue(self.machine.post("/v1/payments", file.read(), 201).json["decisions"])

    def test_one_box_finds_everything(self):
        self.machine.post("/v1/deals", deal("16-possible-namesake.json", id="BOX-1"), 201)
        aslan = self.client["Aslan"]
        found = lambda text: {(one["kind"], one["id"]) for one in aslan.get("/v1/search", q=text).json["results"]}
        self.assertIn(("deal", "BOX-1"), found("180340017139"), "by a party's BIN")
        self.assertIn(("deal", "BOX-1"), found("box-1"))
        self.assertIn(("deal", "BOX-1"), found("Ак Отау Жихаз") | found("Aq Otau"))
        self.assertIn(("goods", "854231"), found("8542.31"))
        self.assertTrue(any(kind == "entity" for kind, _ in found("Сечин Игорь")))
        self.assertNotIn("deal", [one["kind"] for one in self.machine.get("/v1/search", q="box-1").json["results"]])
        begin = time.monotonic()
        for _ in range(20):
            aslan.get("/v1/search", q="Rosneft")
        self.assertLess((time.monotonic() - begin) / 20, 0.25)

    def test_licences_need_two(self):
        with open(os.path.join(LICENCES, "licence.json"), encoding="utf-8") as file:
            licence = json.load(file)
        lena, gulnara = self.client["Lena"], self.client["Gulnara"]
        number = licence["number"]
        path = "/v1/licences/" + number
        lena.get(path, 404)
        lena.post("/v1/licences", {"number": "x", "unknown": 1}, 400)
        proposal = lena.post("/v1/licences", licence, 201).json
        gulnara.post(f"/v1/proposals/{proposal['id']}/approve")
        self.assertEqual([one["number"] for one in lena.get("/v1/licences").json["licences"]], [number])
        with open(os.path.join(LICENCES, "deal.json"), encoding="utf-8") as file:
            shipment = json.load(file)
        self.machine.post("/v1/deals", shipment, 201, as_of="2026-11-23")
        self.assertEqual(lena.get(path).json["uses"][0]["deal"], shipment["id"])
        back = lena.post(path + "/return", {"deal": shipment["id"], "reason": "not bought"}, 201).json
        gulnara.post(f"/v1/proposals/{back['id']}/approve")
        use = {"deal": "elsewhere", "code": "854239", "quantity": 5, "unit": "pcs", "value": "100", "currency": "GBP"}
        used = lena.post(path + "/use", use, 201).json
        gulnara.post(f"/v1/proposals/{used['id']}/approve")
        self.assertEqual(lena.post("/v1/deals/elsewhere/shipped").json["state"], "shipped")
        changed = lena.post(path + "/amend", {**licence, "to": "2027-04-14"}, 201).json
        lena.post(path + "/amend", {**licence, "number": "other"}, 400)
        gulnara.post(f"/v1/proposals/{changed['id']}/approve")
        ended = lena.post(path + "/revoke", {"reason": "the authority took it back"}, 201).json
        gulnara.post(f"/v1/proposals/{ended['id']}/approve")
        self.assertEqual(lena.get(path).json["state"], "revoked")
        lena.get("/v1/licences/reopened")

    def test_scenarios_and_exposure(self):
        lena = self.client["Lena"]
        self.machine.post("/v1/deals", deal("05-transit-through-russia.json", id="ROUTE-1"), 201)
        stopped = {"title": "no transit", "stop_transit": [{"country": "BY"}]}
        listed = {"title": "listed", "designate": [{"name": "Polmost Spedycja Sp. z o.o.", "schema": "Company", "list": "us_ofac_sdn",
                                                    "program": "RUSSIA-EO14024"}]}
        alone = lena.post("/v1/scenarios", stopped).json
        self.assertEqual(alone["source"], "record")
        self.assertIn("ROUTE-1", [one["deal"] for one in alone["scenarios"][0]["shown"]])
        both = lena.post("/v1/scenarios", {"scenarios": [stopped, listed]}).json
        self.assertEqual(both["scenarios"][0], alone["scenarios"][0])
        self.assertIn("ROUTE-1", [one["deal"] for one in both["scenarios"][1]["shown"]])
        self.assertIn("/stop_transit/0/where", lena.post("/v1/scenarios", {"title": "t", "stop_transit": [{"where": "BY"}]}, 400).json["detail"])
        self.assertIn("/scenarios/1/title", lena.post("/v1/scenarios", {"scenarios": [stopped, {"lapse": [{"licence": "1"}]}]}, 400).json["detail"])
        lena.post("/v1/scenarios", {"title": "t", "lapse": [{"licence": "no such"}]}, 404)
        self.machine.post("/v1/scenarios", stopped, 403)
        exposed = lena.get("/v1/exposure", by="bank", cut_off="DDBKKZK0").json
        self.assertIn("DDBKKZK0", [row["key"] for row in exposed["rows"]])
        self.assertGreaterEqual(exposed["contagion"]["deals"], 1)
        lena.get("/v1/exposure", 400, by="colour")
        lena.get("/v1/exposure", 400, by="bank", cut_off="DDBKKZK0", threshold="2")

    def test_a_write_is_done_once(self):
        key = {"Idempotency-Key": "deal-7"}
        body = deal("01-clean-grain-to-uzbekistan.json", id="ONCE")
        first = self.machine.post("/v1/deals", body, 201, headers=key)
        second = self.machine.post("/v1/deals", body, 201, headers=key)
        self.assertEqual(first.body, second.body)
        self.assertEqual(second.headers["idempotent-replayed"], "true")
        self.assertEqual((second.headers["location"], second.headers["location"][:18]), (first.headers["location"], "/v1/decisions/dec-"))
        self.assertEqual(len(self.client["Olga"].get("/v1/deals/ONCE").json["decisions"]), 1)
        self.machine.post("/v1/deals", {**body, "id": "OTHER"}, 422, headers=key)
        self.client["Aslan"].post("/v1/deals", body, 201, headers=key)  # another caller's key is another key
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.machine.post(
            "/v1/deals", {**body, "id": "RACE"}, None, headers={"Idempotency-Key": "race"}).status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(set(answers), {201, 409})
        self.assertEqual(len(self.client["Olga"].get("/v1/deals/RACE").json["decisions"]), 1)

    def test_a_deal_is_decided_once_though_its_answer_was_not_kept(self):
        body = deal("01-clean-grain-to-uzbekistan.json", id="LOST")
        payment = next(path for path in sorted(glob.glob(os.path.join(DEALS, "..", "payments", "*"))) if not path.endswith(".md"))
        with open(payment, encoding="utf-8") as file:
            message = file.read()
        for path, what, more in (("/v1/deals", body, {}), ("/v1/deals", body, {"explain": "true"}), ("/v1/payments", message, {})):
            key = {"Idempotency-Key": "lost"}
            first = self.machine.request("POST", path, what, key, 201, check=False, **more)
            # As when the server died, or the store was lost, between the decision and the keeping of its answer.
            with sqlite3.connect(os.path.join(self.server.data, "tamga.db")) as store:
                self.assertEqual(store.execute("DELETE FROM answers WHERE key = 'lost'").rowcount, 1)
            store.close()
            second = self.machine.request("POST", path, what, key, 201, check=False, **more)
            self.assertIsNone(second.headers["idempotent-replayed"])
            self.assertEqual((second.body, second.headers["location"]), (first.body, first.headers["location"]))
            if path == "/v1/payments":
                self.assertGreater(len(first.json["decisions"]), 0)
            with sqlite3.connect(os.path.join(self.server.data, "tamga.db")) as store:
                store.execute("DELETE FROM answers WHERE key = 'lost'")
            store.close()
        self.assertEqual(len(self.client["Olga"].get("/v1/deals/LOST").json["decisions"]), 2)
        other = self.machine.post("/v1/deals", {**body, "date": "2026-11-17"}, 201, headers={"Idempotency-Key": "lost"})
        self.assertNotEqual(other.body, first.body)

    def test_the_book_that_is_watched(self):
        olga = self.client["Olga"]
        self.assertEqual(olga.get("/v1/watch").json, {"entries": 0, "hits": 0, "waiting": [], "deals": [], "runs": []})
        self.machine.get("/v1/watch", 403)
        with tempfile.TemporaryDirectory() as folder:
            book = os.path.join(folder, "book.csv")
            with open(book, "w", encoding="utf-8") as file:
                file.write("id,name,schema,country\nC-1,Igor Sechin,Person,RU\nC-2,Nobody At All,Person,KZ\n")
            clean = os.path.join(folder, "deal.json")
            with open(clean, "w", encoding="utf-8") as file:
                json.dump(deal("01-clean-grain-to-uzbekistan.json", id="W-1"), file)
            tamga(self.server.data, "--max-list-age", "0", "watch", "add", book, clean, status=3)
        told = olga.get("/v1/watch", runs="1").json
        self.assertEqual((told["entries"], [one["deal"] for one in told["deals"]]), (2, ["W-1"]))
        self.assertGreater(told["hits"], 0)
        self.assertEqual([one["added"] for one in told["runs"]], [2])
        self.assertEqual(len(told["deals"][0]["decisions"]), 1)
        self.assertEqual(told["basis"]["lists"][0]["sample"], True)
        found = olga.get("/v1/alerts", rule="watch.").json["alerts"]
        self.assertEqual({one["deal"] for one in found}, {"book: C-1"})
        self.assertTrue(all(one["rule"].startswith("watch.") for one in found))
        self.assertEqual(olga.get("/v1/alerts", rule="watch.nothing").json["alerts"], [])

    def test_a_new_tokens_secret_is_kept_nowhere(self):
        key = {"Idempotency-Key": "token-1"}
        made = self.first.post("/v1/tokens", {"name": "kept-nowhere", "machine": True}, 201, headers=key).json
        self.assertIn("kept nowhere", self.first.post("/v1/tokens", {"name": "kept-nowhere", "machine": True}, 409, headers=key).json["detail"])
        tokens = [one["name"] for one in self.first.get("/v1/tokens").json["tokens"]]
        self.assertEqual(tokens.count("kept-nowhere"), 1)
        for name in ("tamga.db", "tamga.db-wal"):
            with open(os.path.join(self.server.data, name), "rb") as file:
                self.assertNotIn(made["secret"].encode(), file.read(), name)

    def test_alerts_are_read_page_by_page(self):
        olga = self.client["Olga"]
        self.machine.post("/v1/deals", deal("16-possible-namesake.json", id="LEAVES-1"), 201)
        whole = [alert["id"] for alert in olga.get("/v1/alerts", state="all", limit="1000").json["alerts"]]
        seen, cursor = [], None
        while True:
            page = olga.get("/v1/alerts", state="all", limit="2", **({"cursor": cursor} if cursor else {})).json
            seen += [alert["id"] for alert in page["alerts"]]
            cursor = page.get("next")
            if cursor is None:
                break
            self.assertEqual(len(page["alerts"]), 2)
        self.assertGreater(len(whole), 0)
        self.assertEqual(seen, whole)
        olga.get("/v1/alerts", 400, cursor="x")

    def test_alerts_come_as_events(self):
        with self.server.socket(30) as connection:
            head = f"GET /v1/alerts/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.client['Aslan'].token}\r\n\r\n"
            connection.sendall(head.encode())
            got = b""
            while b"retry" not in got:
                got += connection.recv(65536)
            self.assertIn(b"text/event-stream", got)
            path = os.path.join(self.server.data, "event-deal.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(deal("16-possible-namesake.json", id="EVENT-1"), file)
            tamga(self.server.data, "clear", path, status=3)  # another process
            while b"EVENT-1" not in got:
                part = connection.recv(65536)
                self.assertTrue(part)
                got += part
        event = next(block for block in got.decode().split("\n\n") if "EVENT-1" in block)
        fields = dict(line.split(": ", 1) for line in event.splitlines() if ": " in line and not line.startswith("{"))
        self.assertEqual(fields["event"], "alert")
        self.assertEqual(json.loads(fields["data"])["deal"], "EVENT-1")
        with self.server.socket(30) as connection:
            before = int(fields["id"]) - 1
            connection.sendall((head[:-2] + f"Last-Event-ID: {before}\r\n\r\n").encode())
            got = b""
            while b"EVENT-1" not in got:
                got += connection.recv(65536)
        Client.called.setdefault(("GET", "/v1/alerts/events"), set()).add(200)

    def test_a_browsers_session(self):
        begun = self.client["Aslan"].request("POST", "/v1/session", status=201)
        cookie = begun.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="):
            self.assertIn(part, cookie)
        browser = Client(self.server)
        browser.cookie = cookie.split(";")[0].split("=", 1)[1]
        self.assertEqual(browser.get("/v1/session").json["csrf"], begun.json["csrf"])
        browser.get("/v1/alerts")
        browser.post("/v1/screen", {"name": "x y"}, 403)
        browser.csrf = begun.json["csrf"]
        browser.post("/v1/screen", {"name": "x y"})
        browser.post("/v1/session", status=409)
        browser.request("DELETE", "/v1/session", status=204)
        browser.get("/v1/alerts", 401)

    def test_rates_quotas_and_revoking(self):
        made = self.first.post("/v1/tokens", {"name": "slow", "machine": True, "rate": 2, "quota": 6}, 201).json
        slow = Client(self.server, made["secret"])
        self.assertTrue(wait_until(lambda: slow.request("GET", "/v1/session").status == 200))
        answers = [slow.request("GET", "/v1/goods/854231") for _ in range(6)]
        self.assertIn(429, [answer.status for answer in answers])
        self.assertEqual(next(answer for answer in answers if answer.status == 429).headers["Retry-After"], "1")
        self.assertTrue(wait_until(lambda: slow.request("GET", "/v1/session").headers["Retry-After"] == "3600"), "the quota ends")
        self.first.request("DELETE", "/v1/tokens/" + made["id"], status=204)
        self.assertTrue(wait_until(lambda: slow.request("GET", "/v1/session").status == 401))
        self.first.request("DELETE", "/v1/tokens/" + made["id"], status=409)
        self.first.request("DELETE", "/v1/tokens/tok-0", status=404)
        self.assertTrue(next(one for one in self.client["Olga"].get("/v1/tokens").json["tokens"] if one["id"] == made["id"])["revoked"])

    def test_who_read_what_is_written_down(self):
        self.client["Aslan"].get("/v1/alerts/alert-5", 404)
        reads = os.path.join(self.server.data, "reads")

        def written():
            return os.path.isdir(reads) and any("alert-5" in open(os.path.join(reads, name)).read() for name in os.listdir(reads))
        self.assertTrue(wait_until(written))
        line = next(json.loads(line) for name in os.listdir(reads) for line in open(os.path.join(reads, name)) if "alert-5" in line)
        self.assertEqual((line["who"], line["route"], line["id"], line["status"]), ("Aslan", "/v1/alerts/{id}", "alert-5", 404))
        copy = tempfile.mkdtemp(prefix="tamga-reads-")
        shutil.copytree(reads, os.path.join(copy, "reads"))
        self.assertGreater(json.loads(tamga(copy, "audit", "reads", "--json"))["lines"], 0)
        path = os.path.join(copy, "reads", sorted(os.listdir(reads))[-1])
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace('"who":"Aslan"', '"who":"Olga"', 1))
        self.assertFalse(json.loads(tamga(copy, "audit", "reads", "--json", status=1))["sound"])
        shutil.rmtree(copy)

    def test_zz_every_endpoint_was_called(self):
        """After all others of this file: an endpoint that no test calls is one nobody knows to work."""
        open_api = Server("--no-auth")
        try:
            described = Client(open_api).get("/openapi.json").json
            self.assertEqual(described["openapi"], "3.1.0")
            self.assertEqual(resolved(described, described), None)
            # The APIs of others are peers_test.py's, trade is flows_analysis_test.py's, signing in at a provider openid_test.py's.
            native = {path: methods for path, methods in described["paths"].items() if path.startswith(("/v1/", "/healthz", "/readyz", "/metrics"))}
            every = {(method.upper(), path) for path, methods in native.items() for method in methods
                     if not path.startswith(("/v1/session/openid", "/v1/flows/"))}
            self.assertGreater(len(every), 50)
            done = {called for called, statuses in Client.called.items() if any(status < 300 for status in statuses)}
            if os.environ.get("TAMGA_PARTIAL") is None:
                self.assertEqual(sorted(every - done), [])
        finally:
            open_api.close()


def resolved(part, document):
    """The first $ref that leads nowhere."""
    if isinstance(part, dict):
        if "$ref" in part and part["$ref"].rsplit("/", 1)[1] not in document["components"]["schemas"]:
            return part["$ref"]
        return next((found for item in part.values() if (found := resolved(item, document))), None)
    if isinstance(part, list):
        return next((found for item in part if (found := resolved(item, document))), None)
    return None


class Starting(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tamga-serve-")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def refused(self, *options):
        run = subprocess.run([TAMGA, "--data", self.folder, "serve", *options], capture_output=True, env=PLAIN, timeout=20)
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr.decode()

    def test_refuses_to_be_open_to_everybody(self):
        self.assertIn("without TLS", self.refused("--listen", "0.0.0.0:0"))
        pem, key = certificate(self.folder, "host", "localhost", host=True)
        self.assertIn("without authentication", self.refused("--listen", "0.0.0.0:0", "--no-auth", "--tls-cert", pem, "--tls-key", key))
        self.assertIn("go together", self.refused("--tls-cert", pem))
        self.assertIn("not an address", self.refused("--listen", "8484"))

    def test_without_lists_it_waits_for_them(self):
        server = Server("--no-auth", "--refresh", "1", lists=False)
        try:
            client = Client(server)
            self.assertFalse(client.get("/readyz", 503).json["ready"])
            self.assertIn("no list", client.post("/v1/screen", {"name": "x y"}, 503).json["detail"])
            tamga(server.data, "lists", "import", os.path.join(SAMPLES, "ofac"), "--published", days_ago(10))
            self.assertTrue(wait_until(lambda: client.request("GET", "/readyz").status == 200))
            client.post("/v1/screen", {"name": "x y"})
        finally:
            server.close()

    def test_stale_lists_are_not_ready(self):
        server = Server("--no-auth", max_age="1")
        try:
            client = Client(server)
            self.assertIn("days old", str(client.get("/readyz", 503).json["why_not"]))
            client.post("/v1/screen", {"name": "x y"})
        finally:
            server.close()

    def test_a_session_is_known_to_every_server_of_the_store(self):
        one = Server("--refresh", "1")
        other = Server("--refresh", "1", data=one.data)
        try:
            here = Client(one, one.token)
            begun = here.request("POST", "/v1/session", status=201)
            here.token, here.csrf = None, begun.json["csrf"]
            here.cookie = begun.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
            there = Client(other)
            there.cookie = here.cookie
            self.assertEqual(there.get("/v1/session").json, {"name": "administrator", "roles": ["administrator"], "csrf": begun.json["csrf"]})
            there.post("/v1/screen", {"name": "x y"}, 403)
            there.csrf = here.csrf
            there.post("/v1/screen", {"name": "x y"})
            self.assertEqual(other.stop(), 0)
            other = Server("--refresh", "1", data=one.data)
            again = Client(other)
            again.cookie, again.csrf = here.cookie, here.csrf
            again.post("/v1/screen", {"name": "x y"})
            here.get("/v1/session")
            again.request("DELETE", "/v1/session", status=204)
            again.get("/v1/session", 401)
            self.assertTrue(wait_until(lambda: here.request("GET", "/v1/session").status == 401), "ended there, it ends here")
            here.cookie = "A" * 43
            here.get("/v1/session", 401)
            path = os.path.join(one.data, "tamga.db")
            if os.path.exists(path):
                with sqlite3.connect(path) as store:
                    store.execute("ALTER TABLE sessions RENAME TO away")
                here.get("/v1/session", 503)  # not 401, for which a browser would be signed out
                with sqlite3.connect(path) as store:
                    store.execute("ALTER TABLE away RENAME TO sessions")
                here.get("/v1/session", 401)
            reads = os.path.join(one.data, "reads")
            self.assertTrue(wait_until(lambda: os.path.isdir(os.path.join(reads, "2"))))
            self.assertTrue(wait_until(lambda: json.loads(tamga(one.data, "audit", "reads", "--json"))["lines"] >= 5))
        finally:
            other.close()
            one.close()

    def test_the_first_token_is_shown_once(self):
        server = Server(lists=False)
        data, token = server.data, server.token
        self.assertTrue(token.startswith("tamga_"))
        self.assertEqual(Client(server, token).get("/v1/session").json, {"name": "administrator", "roles": ["administrator"]})
        self.assertEqual(server.stop(), 0)
        again = Server(data=data)
        self.assertEqual(again.token, "")
        self.assertEqual(Client(again, token).get("/v1/session").status, 200)
        again.close()
        for name in os.listdir(data):
            path = os.path.join(data, name)
            if os.path.isfile(path) and name != "serve.log":
                self.assertNotIn(token.encode(), open(path, "rb").read())
        shutil.rmtree(data)

    def test_tls_and_certificates_of_machines(self):
        pem, key = certificate(self.folder, "host", "localhost", host=True)
        certificate(self.folder, "authority", "Machines")
        certificate(self.folder, "erp", "erp", signer="authority")
        certificate(self.folder, "other", "other")
        server = Server("--tls-cert", pem, "--tls-key", key, "--client-ca", os.path.join(self.folder, "authority.pem"), "--refresh", "1")
        try:
            anybody = ssl.create_default_context(cafile=pem)
            plain = Client(server, server.token, tls=anybody)
            begun = plain.request("POST", "/v1/session", status=201, check=False)
            self.assertIn("Secure", begun.headers["Set-Cookie"])
            known = ssl.create_default_context(cafile=pem)
            known.load_cert_chain(os.path.join(self.folder, "erp.pem"), os.path.join(self.folder, "erp.key"))
            machine = Client(server, tls=known)
            machine.request("GET", "/v1/session", status=401, check=False)
            plain.request("POST", "/v1/tokens", {"name": "erp", "machine": True, "certificate": fingerprint(os.path.join(self.folder, "erp.pem"))},
                          status=201, check=False)
            self.assertTrue(wait_until(lambda: machine.request("GET", "/v1/session", check=False).status == 200))
            machine.request("POST", "/v1/screen", {"name": "Igor Sechin"}, status=200, check=False)
            stranger = ssl.create_default_context(cafile=pem)
            stranger.load_cert_chain(os.path.join(self.folder, "other.pem"), os.path.join(self.folder, "other.key"))
            with self.assertRaises(OSError):
                Client(server, tls=stranger).request("GET", "/healthz", check=False)
            self.assertNotIn(b"HTTP/1.1 2", server.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), "no plain HTTP on a TLS port")
            certificate(self.folder, "host", "localhost", host=True)
            server.process.send_signal(signal.SIGHUP)
            fresh = ssl.create_default_context(cafile=pem)

            def works():
                try:
                    return Client(server, tls=fresh).request("GET", "/healthz", check=False).status == 200
                except ssl.SSLError:
                    return False
            self.assertTrue(wait_until(works), "SIGHUP reads the new certificate")
        finally:
            server.close()

    def test_a_unix_socket(self):
        path = os.path.join(self.folder, "tamga.sock")
        server = Server("--no-auth", "--unix", path)
        try:
            import socket
            wait_until(lambda: os.path.exists(path))
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self.assertIn(b"200 OK", connection.recv(65536))
        finally:
            server.close()
        self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()

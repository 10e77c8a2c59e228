"""Clients of others' APIs against the real server: what yente-client, Marble, OpenRefine and Watchman's Go client send, and what they read."""
import datetime
import json
import re
import time
import unittest
import urllib.parse

import server as serving
from server import Client, Server, tamga

DAY = "20261120000000"


def read_entity(entity, scored=False):
    """As yente-client's models read it (python/src/yente_client/models.py): a wrong type is an error there."""
    for key in ("id", "caption", "schema"):
        assert isinstance(entity[key], str), key
    for name, values in entity["properties"].items():
        assert isinstance(values, list), name
        for value in values:
            if isinstance(value, dict):
                read_entity(value)
            else:
                assert isinstance(value, str), name
    for key in ("datasets", "referents"):
        assert all(isinstance(value, str) for value in entity[key])
    assert isinstance(entity["target"], bool)
    for key in ("first_seen", "last_seen", "last_change"):
        if entity[key] is not None:
            datetime.datetime.fromisoformat(entity[key])
    if scored:
        assert 0 <= entity["score"] <= 1 and isinstance(entity["match"], bool)
        for feature in entity["explanations"].values():
            assert isinstance(feature["score"], (int, float))
            for key in ("detail", "query", "candidate"):
                assert feature[key] is None or isinstance(feature[key], str)


def read_total(total):
    assert isinstance(total["value"], int) and total["relation"] in ("eq", "gte")


class Peers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(by="")
        cls.admin = Client(cls.server, cls.server.token)
        cls.token = cls.admin.post("/v1/tokens", {"name": "screening", "machine": True}, status=201).json["secret"]
        cls.client = Client(cls.server, cls.token)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def match(self, dataset="sanctions", queries=None, status=200, **query):
        body = {"queries": queries or {"q": {"schema": "Person", "properties": {"name": ["Vladimir Putin"]}}}}
        return self.client.post(f"/match/{dataset}", body, status=status, **query)

    def test_yente_client(self):
        """Each method of yente_client.Client, with the headers and parameters that it sends."""
        anonymous = Client(self.server)
        headers = {"Authorization": "ApiKey " + self.token, "User-Agent": "yente-client/1.0 (python/3.12; httpx/0.28)"}

        def get(path, **query):
            return anonymous.request("GET", path, headers=headers, status=200, **query).json

        self.assertEqual(get("/healthz")["status"], "ok")
        anonymous.request("GET", "/readyz", headers=headers, status=200)
        catalog = get("/catalog")
        for dataset in catalog["datasets"]:
            self.assertIsInstance(dataset["name"], str)
            self.assertIsInstance(dataset["load"], bool)
        algorithms = get("/algorithms")
        for algorithm in algorithms["algorithms"]:
            self.assertIsInstance(algorithm["docs"], dict)

        body = {"queries": {"q": {"schema": "Person", "properties": {"firstName": ["Igor"], "lastName": ["Sechin"], "birthDate": ["1960"]}}},
                "weights": {}, "config": {}}
        raw = anonymous.request("POST", "/match/sanctions", body, headers, 200, algorithm=algorithms["best"], threshold=0.7, limit=5,
                                include_dataset=["us_ofac_sdn", "eu_journal_sanctions"], exclude_schema=["Vessel"], topics=["sanction"],
                                changed_since="2020-01-01T00:00:00").json
        inner = raw["responses"]["q"]
        read_total(inner["total"])
        self.assertEqual(inner["query"]["schema"], "Person")
        for result in inner["results"]:
            read_entity(result, scored=True)
        top = inner["results"][0]
        self.assertGreater(top["score"], 0.7)
        self.assertTrue(top["target"])
        excluded = anonymous.request("POST", "/match/sanctions", body, headers, 200, exclude_entity_ids=[top["id"]]).json
        self.assertNotIn(top["id"], [result["id"] for result in excluded["responses"]["q"]["results"]])

        found = get("/search/default", q="rosneft", offset=0, limit=5, fuzzy="true", simple="true", facets=["schema", "countries"],
                    sort=["first_seen:desc"])
        read_total(found["total"])
        self.assertEqual((found["limit"], found["offset"]), (5, 0))
        for entity in found["results"]:
            read_entity(entity)
        self.assertEqual(set(found["facets"]), {"schema", "countries"})

        # fetch() follows the redirect from a referent.
        moved = anonymous.request("GET", "/entities/gb-fcdo-rus0251", headers=headers, status=308, check=False, nested="true")
        entity = get(moved.headers["Location"].split("?")[0], nested="true")
        self.assertIn("gb-fcdo-rus0251", entity["referents"])
        read_entity(entity)
        adjacent = get(f"/entities/{entity['id']}/adjacent", offset=0)
        read_entity(adjacent["entity"])
        for page in adjacent["adjacent"].values():
            read_total(page["total"])
            for result in page["results"]:
                read_entity(result)
        page = get(f"/entities/{entity['id']}/adjacent/sanctions", offset=1, limit=1)
        self.assertEqual(len(page["results"]), 1)
        # yente has no /statements either; the client says so for 404.
        anonymous.request("GET", "/statements", headers=headers, status=404, check=False)

    def test_errors_are_read_by_clients(self):
        for path, status in (("/match/banana", 404), ("/match/default?limit=9999", 422), ("/match/default?algorithm=neural-net", 400),
                             ("/match/default?colour=red", 422)):
            answer = self.client.post(path, {"queries": {"q": {"schema": "Person", "properties": {"name": ["x y"]}}}}, status=status)
            self.assertIsInstance(answer.json["detail"], str)
        unknown = Client(self.server).request("GET", "/search/default", status=401)
        self.assertIn("detail", unknown.json)
        self.assertIn("error", Client(self.server).request("GET", "/v2/search?name=x", status=401).json)
        # A client that cannot send headers.
        Client(self.server).request("GET", "/search/default?limit=1&api_key=" + urllib.parse.quote(self.token), status=200)
        self.assertEqual(self.client.post("/updatez?token=guess", status=403).json["detail"], "Invalid token.")
        self.assertEqual(self.admin.post("/updatez?sync=true").json, {"status": "ok"})

    def test_marble(self):
        """Self-hosted Marble (marble-backend, repositories/opensanctions_repository.go): its requests and what it takes out of the answers."""
        bearer = Client(self.server, self.token)
        bearer.request("GET", "/readyz", status=200)
        catalog = bearer.get("/catalog").json
        default = next(dataset for dataset in catalog["datasets"] if dataset["name"] == "default")
        moment = default["index_version"].split("-")[0]
        self.assertEqual(datetime.datetime.strptime(moment, "%Y%m%d%H%M%S").strftime("%Y%m%d%H%M%S"), DAY)
        loaded = {dataset["name"]: dataset for dataset in catalog["datasets"] if dataset["load"] and dataset["index_version"]}
        leaves = [name for name, dataset in loaded.items() if not dataset["children"]]
        self.assertIn("us_ofac_sdn", leaves)
        names = {algorithm["name"] for algorithm in bearer.get("/algorithms").json["algorithms"]}
        self.assertIn("logic-v1", names)

        queries = {"4f6c9b3e": {"schema": "Person", "properties": {"name": ["Igor Ivanovich Sechin"], "birthDate": ["1960-09-07"]}},
                   "a81e0c55": {"schema": "Organization", "properties": {"name": ["VTB Bank PJSC"]}}}
        answer = self.match("sanctions", queries, threshold="0.70", cutoff="0.70", limit="2", algorithm="logic-v1", topics=["sanction"],
                            include_dataset=["us_ofac_sdn", "eu_journal_sanctions", "gb_fcdo_sanctions"]).json
        self.assertEqual(set(answer["responses"]), set(queries))
        for response in answer["responses"].values():
            matches = [result for result in response["results"] if result["match"]]
            self.assertLessEqual(len(response["results"]), 2)
            # "Partial": there are more matches than were given.
            self.assertGreaterEqual(response["total"]["value"], len(matches))
            for result in matches:
                self.assertTrue(result["properties"]["name"])
                self.assertTrue(result["datasets"])
                # "Enrich".
                whole = bearer.get("/entities/" + urllib.parse.quote(result["id"], safe="")).json
                self.assertEqual(whole["id"], result["id"])
                self.assertTrue(whole["properties"]["sanctions"])
        hit = answer["responses"]["4f6c9b3e"]["results"][0]
        # "Whitelisted": by any of its ids.
        for known in [hit["id"], *hit["referents"]]:
            again = self.match("sanctions", queries, threshold="0.70", cutoff="0.70", exclude_entity_ids=[known]).json
            self.assertNotIn(hit["id"], [result["id"] for result in again["responses"]["4f6c9b3e"]["results"]])

    def test_openrefine(self):
        """What OpenRefine does with the address of a service, in its order."""
        manifest = self.client.get("/reconcile/default").json
        self.assertIn("0.2", manifest["versions"])
        self.assertGreater(len(manifest["defaultTypes"]), 3)

        def service(kind):
            base = manifest["suggest"][kind]
            return urllib.parse.urlparse(base["service_url"] + base["service_path"]).path

        types = self.client.get(service("type"), prefix="pers").json["result"]
        self.assertEqual([kind["id"] for kind in types], ["Person"])
        properties = self.client.get(service("property"), prefix="birth").json["result"]
        self.assertIn("Person:birthDate", [one["id"] for one in properties])
        # The form that OpenRefine posts for a column, ten rows at a time.
        rows = {f"q{i}": {"query": name, "type": "Person", "type_strict": "should", "limit": 5,
                          "properties": [{"pid": "Person:birthDate", "v": born}]}
                for i, (name, born) in enumerate([("Igor Sechin", "1960"), ("Oleg Deripaska", "1968-01-02"), ("Johann Mustermann", "1990-01-01")])}
        form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        answer = self.client.post("/reconcile/default", urllib.parse.urlencode({"queries": json.dumps(rows)}), headers=form).json
        self.assertEqual(set(answer), set(rows))
        best = answer["q0"]["result"][0]
        self.assertTrue(best["match"])
        self.assertEqual(best["type"][0]["id"], "Person")
        self.assertFalse(any(result["match"] for result in answer["q2"]["result"]))
        # Columns of what was found.
        propose = manifest["extend"]["propose_properties"]
        path = urllib.parse.urlparse(propose["service_url"] + propose["service_path"]).path
        columns = self.client.get(path, type="Person", limit=4).json["properties"]
        self.assertEqual(len(columns), 4)
        extend = {"ids": [best["id"]], "properties": [{"id": "birthDate", "settings": {"limit": "0", "render": "caption"}}, {"id": "topics"}]}
        table = self.client.post("/reconcile/default", urllib.parse.urlencode({"extend": json.dumps(extend)}), headers=form).json
        self.assertEqual([column["id"] for column in table["meta"]], ["birthDate", "topics"])
        self.assertTrue(re.match(r"\d{4}", table["rows"][best["id"]]["birthDate"][0]["str"]))
        suggested = self.client.get(service("entity"), prefix="deripas").json["result"]
        self.assertIn("DERIPASKA", suggested[0]["name"].upper())
        # A cell that somebody looks at.
        view = urllib.parse.urlparse(manifest["view"]["url"].replace("{{id}}", best["id"])).path
        self.client.get(view)

    def test_watchman_client(self):
        """Watchman's Go client (pkg/search/client.go): `type` is always sent, and times are read by time.Time."""
        info = self.client.get("/v2/listinfo").json
        self.assertEqual(info["lists"]["us_ofac"], 30)
        for key in ("startedAt", "endedAt"):
            self.assertTrue(info[key].endswith("Z"))
        found = self.client.get("/v2/search", type="person", name="Igor Sechin", minMatch="0.80", limit="5", debug="yes", birthDate="1960-09-07").json
        entity = found["entities"][0]
        self.assertEqual(entity["entityType"], "person")
        self.assertGreaterEqual(entity["match"], 0.8)
        self.assertTrue(entity["person"]["birthDate"].endswith("T00:00:00Z"))
        self.assertIsNone(entity["vessel"])
        self.assertTrue(entity["details"]["pieces"])
        ship = self.client.get("/v2/search", type="vessel", name="SCF Primorye", minMatch="0.8").json["entities"][0]
        self.assertEqual(ship["vessel"]["name"], ship["name"])
        self.assertIsInstance(ship["vessel"]["tonnage"], int)
        self.assertIn("error", self.client.get("/v2/search", status=400, name="x", titles="king").json)
        self.assertEqual(self.client.get("/v2/data/refresh").json["state"], "idle")
        self.assertIn("error", self.client.post("/v2/data/refresh", status=403).json)

    def test_lists_are_exchanged_under_it(self):
        own = Server(by="", lists=False)
        try:
            admin = Client(own, own.token)
            admin.request("GET", "/search/default", status=503)
            self.assertIn("detail", admin.request("POST", "/match/default", {"queries": {}}, status=503).json)

            def listed(day, *names):
                path = f"{own.data}/house_{day}.jsonl"
                with open(path, "w") as file:
                    for number, name in enumerate(names):
                        file.write(json.dumps({"id": f"h-{number}", "schema": "Company", "caption": name, "datasets": ["house"],
                                               "properties": {"name": [name], "topics": ["poi"]}}) + "\n")
                tamga(own.data, "lists", "import", path, "--published", day)

            def until(total):
                for _ in range(200):
                    answer = admin.request("GET", "/search/house")
                    if answer.status == 200 and answer.json["total"]["value"] == total:
                        return answer.json
                    self.assertIn(answer.status, (200, 404, 503))
                    time.sleep(0.1)
                raise AssertionError(answer.body)

            listed("2026-01-01", "Northern Trading House")
            until(1)
            listed("2026-02-01", "Northern Trading House", "Southern Shipping Agency")
            found = until(2)
            self.assertEqual(found["facets"]["topics"]["values"], [{"name": "poi", "label": "Person of interest", "count": 2}])
            self.assertEqual([e["first_seen"] for e in admin.get("/search/house", sort="id").json["results"]],
                             ["2026-01-01T00:00:00", "2026-02-01T00:00:00"])
            # A house list is no authority's.
            admin.get("/search/sanctions", q="northern")
            self.assertEqual(admin.get("/search/sanctions").json["total"]["value"], 0)
        finally:
            own.close()

    def test_all_is_described(self):
        document = Client.document
        for method, path in (("post", "/match/{dataset}"), ("get", "/search/{dataset}"), ("get", "/entities/{id}"),
                             ("get", "/entities/{id}/adjacent"), ("get", "/entities/{id}/adjacent/{property}"),
                             ("get", "/reconcile/{dataset}"), ("post", "/reconcile/{dataset}"),
                             ("get", "/catalog"), ("get", "/algorithms"), ("get", "/v2/search"), ("post", "/v2/data/refresh")):
            self.assertIn(method, document["paths"][path], path)


if __name__ == "__main__":
    unittest.main()

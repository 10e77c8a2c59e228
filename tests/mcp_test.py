#!/usr/bin/env python3
"""`tamga mcp` as a client of the Model Context Protocol talks to it: one process, one message a line. Sample lists only, so it runs in any clone."""
import json
import os
import subprocess
import tempfile
import threading
import unittest

from cli_test import AS_OF, DEALS, TAMGA, WithSamples, import_register, store_digest, tamga

VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
PROHIBITED = os.path.join(DEALS, "07-listed-vessel.json")


class Client:
    """What an assistant's host does: starts the server, sends lines, reads lines."""

    def __init__(self, data, *options, version="2025-06-18"):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}
        self.process = subprocess.Popen([TAMGA, "mcp", "--data", data, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment)
        # A server that does not answer must fail the test and not hang it.
        self.watchdog = threading.Timer(120, self.process.kill)
        self.watchdog.start()
        self.number = 0
        self.version = version
        if version:
            self.hello = self.ask("initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
            self.notify("notifications/initialized")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.watchdog.cancel()
        self.process.kill()
        self.process.communicate()

    def send(self, line):
        self.process.stdin.write(line if isinstance(line, bytes) else line.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        assert line.endswith(b"\n"), line
        return json.loads(line)

    def notify(self, method):
        self.send(json.dumps({"jsonrpc": "2.0", "method": method}))

    def ask(self, method, params=None):
        self.number += 1
        self.send(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, **({} if params is None else {"params": params})}))
        answer = self.receive()
        assert answer["jsonrpc"] == "2.0" and answer["id"] == self.number, answer
        return answer

    def call(self, tool, **arguments):
        """The structured answer, which must be the text too."""
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        assert not result["isError"], result
        content, = result["content"]
        assert content["type"] == "text"
        answer = json.loads(content["text"])
        if self.version >= "2025-06-18":
            assert result["structuredContent"] == answer
        return answer

    def fails(self, tool, **arguments):
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]
        assert result["isError"] and "structuredContent" not in result, result
        return result["content"][0]["text"]

    def end(self):
        """Closes as the protocol says: the server's input ends, and so does the server."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def fits(value, schema):
    """Whether a value is as a JSON Schema of the words we use says; written apart from the server's own."""
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return False
    if isinstance(value, dict):
        return all(key in value for key in schema.get("required", ())) and \
            all(fits(value[key], below) for key, below in schema.get("properties", {}).items() if key in value)
    return not isinstance(value, list) or all(fits(item, schema.get("items", {})) for item in value)


class Protocol(WithSamples):
    def test_initialize_in_every_version(self):
        for version in VERSIONS:
            with self.subTest(version), Client(self.data, version=version) as client:
                result = client.hello["result"]
                self.assertEqual(result["protocolVersion"], version)
                self.assertEqual(result["serverInfo"]["name"], "tamga")
                self.assertEqual(list(result["capabilities"]), ["tools"])
                self.assertIn("never evasion", result["instructions"])
                self.assertEqual(client.ask("ping")["result"], {})
                tools = client.ask("tools/list")["result"]["tools"]
                self.assertEqual([tool["name"] for tool in tools], ["screen", "clear", "owners", "goods"])
                self.assertTrue(client.call("screen", name="Bank VTB", as_of=AS_OF)["answer"]["hits"])
        with Client(self.data, version="2099-01-01") as client:
            self.assertEqual(client.hello["result"]["protocolVersion"], VERSIONS[-1])

    def test_tools_say_what_they_take_and_what_they_are_for(self):
        with Client(self.data) as client:
            for tool in client.ask("tools/list", {})["result"]["tools"]:
                self.assertEqual(tool["inputSchema"]["type"], "object")
                self.assertFalse(tool["inputSchema"]["additionalProperties"])
                self.assertEqual(tool["outputSchema"]["type"], "object")
                self.assertIn("serves compliance, not evasion", tool["description"])
                self.assertEqual((tool["annotations"]["readOnlyHint"], tool["annotations"]["destructiveHint"]), (True, False))
                for member in tool["inputSchema"]["properties"].values():
                    self.assertTrue(member["description"])

    def test_it_ends_when_its_input_ends_and_says_nothing_else(self):
        with Client(self.data, version=None) as client:
            self.assertEqual(client.end(), (0, b"", b""))
        with Client(self.data) as client:
            client.send(b'{"jsonrpc":"2.0","id":"last","method":"ping"}')  # without a line's end
            status, out, err = client.end()
            self.assertEqual((status, json.loads(out), err), (0, {"jsonrpc": "2.0", "id": "last", "result": {}}, b""))

    def test_bad_messages_get_errors_and_the_session_goes_on(self):
        with Client(self.data) as client:
            for line, code, id_ in ((b"nonsense", -32700, None), (b"\xff\xfe", -32700, None), (b"[]", -32600, None), (b"7", -32600, None),
                                    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, None),
                                    (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1),
                                    (b'{"jsonrpc":"2.0","id":"x","method":"resources/list"}', -32601, "x"),
                                    (b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"record"}}', -32602, 2),
                                    (b'{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"screen","arguments":{"nome":"x"}}}',
                                     -32602, 3),
                                    (b'{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"owners","arguments":{}}}', -32602, 4),
                                    (b"[" * 100000, -32700, None), (b'{"a":"' + b"x" * (9 << 20) + b'"}', -32600, None)):
                client.send(line + b"\n")
                answer = client.receive()
                self.assertEqual((answer["error"]["code"], answer["id"]), (code, id_), line[:100])
                self.assertTrue(answer["error"]["message"])
            self.assertEqual(client.ask("ping")["result"], {})

    def test_notifications_are_not_answered(self):
        with Client(self.data) as client:
            client.notify("notifications/cancelled")
            client.send('{"jsonrpc":"2.0","method":"tools/call","params":{"name":"none"}}\r\n')
            client.send("\n\n")
            self.assertEqual(client.ask("ping")["result"], {})

    def test_messages_may_come_in_pieces_and_together(self):
        with Client(self.data) as client:
            message = json.dumps({"jsonrpc": "2.0", "id": "é", "method": "ping"}, ensure_ascii=False).encode()
            for at in range(len(message)):
                client.send(message[at:at + 1])
            client.send(b"\n" + message + b"\n" + message + b"\n")
            for _ in range(3):
                self.assertEqual(client.receive(), {"jsonrpc": "2.0", "id": "é", "result": {}})

    def test_arrays_of_messages_in_march_2025_and_not_in_june(self):
        batch = json.dumps([{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "method": "x"},
                            {"jsonrpc": "2.0", "id": 2, "method": "x"}])
        with Client(self.data, version="2025-03-26") as client:
            client.send(batch)
            self.assertEqual([answer["id"] for answer in client.receive()], [1, 2])
        with Client(self.data, version="2025-06-18") as client:
            client.send(batch)
            self.assertEqual(client.receive()["error"]["code"], -32600)

    def test_a_client_that_has_gone_is_no_failure(self):
        with Client(self.data) as client:
            client.process.stdout.close()
            try:
                for _ in range(100):
                    client.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
            except BrokenPipeError:
                pass
            self.assertEqual(client.process.wait(60), 0)


class Tools(WithSamples):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import_register(cls.data)

    def setUp(self):
        self.client = Client(self.data).__enter__()
        self.addCleanup(self.client.__exit__)
        self.schemas = {tool["name"]: tool["outputSchema"] for tool in self.client.ask("tools/list")["result"]["tools"]}

    def call(self, tool, **arguments):
        answer = self.client.call(tool, **arguments)
        self.assertTrue(fits(answer, self.schemas[tool]), answer)
        return answer

    def test_the_check_of_schemas_can_fail(self):
        self.assertFalse(fits({"answer": {}, "lists": []}, self.schemas["screen"]))
        self.assertFalse(fits({"answer": {"query": 1}, "lists": [], "remarks": []}, self.schemas["screen"]))
        self.assertFalse(fits({"answer": {}, "lists": [], "remarks": [1]}, self.schemas["clear"]))

    def told(self, *arguments):
        return json.loads(tamga(self.data, *arguments, "--json")[1])

    def test_screen_answers_as_the_program_with_citations_and_the_age_of_lists(self):
        answer = self.call("screen", name="Банк ВТБ", as_of=AS_OF)
        program = self.told("screen", "Банк ВТБ", "--as-of", AS_OF)
        self.assertEqual({**program, "hits_total": len(program["hits"])}, answer["answer"])
        self.assertTrue(all(hit["programs"] and hit["source_url"] for hit in answer["answer"]["hits"]))
        ages = {entry["list"]: (entry["age_days"], entry["authority"], entry["stale"]) for entry in answer["lists"]}
        self.assertEqual(ages["us_ofac_sdn"], (3, "OFAC", False))
        self.assertTrue(any("not for compliance use" in remark for remark in answer["remarks"]))

    def test_screen_says_how_many_hits_it_leaves_out_and_that_none_is_no_clearance(self):
        whole = self.call("screen", name="Bank", threshold=0.3, limit=1000, as_of=AS_OF)["answer"]
        cut = self.call("screen", name="Bank", threshold=0.3, limit=2, as_of=AS_OF)
        self.assertGreater(whole["hits_total"], 2)
        self.assertEqual((cut["answer"]["hits"], cut["answer"]["hits_total"]), (whole["hits"][:2], whole["hits_total"]))
        self.assertIn(f"2 of {whole['hits_total']} hits are shown; ask with a higher limit for all.", cut["remarks"])
        none = self.call("screen", name="Aigerim Sadykova", schema="Person", as_of=AS_OF)
        self.assertEqual(none["answer"]["hits_total"], 0)
        self.assertTrue(any("not a clearance" in remark for remark in none["remarks"]))

    def test_stale_lists_are_told(self):
        answer = self.call("screen", name="Bank VTB", as_of="2026-12-20")
        self.assertTrue(all(entry["stale"] for entry in answer["lists"]))
        self.assertTrue(any(remark.startswith("Stale lists: ") and "us_ofac_sdn (30 days)" in remark for remark in answer["remarks"]))

    def test_clear_decides_with_citations_and_records_nothing(self):
        with open(PROHIBITED, encoding="utf-8") as file:
            deal = json.load(file)
        before = store_digest(self.data)
        answer = self.call("clear", deal=deal, as_of=AS_OF)
        decision = answer["answer"]
        self.assertEqual(decision["outcome"], "prohibited")
        self.assertTrue(all(finding["citation"] and finding["because"] for finding in decision["findings"]))
        self.assertTrue(any("Not recorded" in remark for remark in answer["remarks"]))
        self.assertEqual(store_digest(self.data), before)
        program = self.told("clear", PROHIBITED, "--as-of", AS_OF, "--no-record")
        self.assertEqual(program["findings"], decision["findings"])

    def test_a_refused_deal_that_comes_back_changed_is_recognised_within_a_session(self):
        with open(os.path.join(DEALS, "02-transliterated-consignee.json"), encoding="utf-8") as file:
            deal = json.load(file)
        self.assertEqual(self.call("clear", deal=deal, as_of=AS_OF)["answer"]["outcome"], "prohibited")
        again = self.call("clear", deal=deal, as_of=AS_OF)["answer"]
        self.assertNotIn("come_back.refused_deal", [finding["rule"] for finding in again["findings"]])
        deal["id"] += "-2"
        listed = next(party for party in deal["parties"] if party["country"] == "RU")
        listed.update(name="Aigerim Trade LLP", country="KG", address="Bishkek")
        changed = self.call("clear", deal=deal, as_of=AS_OF)["answer"]
        self.assertIn("come_back.refused_deal", [finding["rule"] for finding in changed["findings"]])
        self.assertNotEqual(changed["outcome"], "pass")
        with Client(self.data) as other:
            fresh = other.call("clear", deal=deal, as_of=AS_OF)["answer"]
        self.assertNotIn("come_back.refused_deal", [finding["rule"] for finding in fresh["findings"]])

    def test_clear_takes_a_payment_message(self):
        message = ("{1:F01AAAABEBBAXXX0000000000}{2:I103BBBBDEFFXXXXN}{4:\n:20:REF1\n:23B:CRED\n:32A:261123EUR1000,00\n"
                   ":50K:/123\nJOHN SMITH\nBRUSSELS\n:59:/456\nBANK VTB\nMOSCOW\n:71A:SHA\n-}")
        decision = self.call("clear", payment=message, as_of=AS_OF)["answer"]
        self.assertIn(decision["outcome"], ("review", "prohibited"))

    def test_owners(self):
        answer = self.call("owners", party="Sarmat Trading", as_of=AS_OF)["answer"]
        program = self.told("owners", "show", "Sarmat Trading", "--as-of", AS_OF)
        self.assertEqual(answer["answers"], program["answers"])
        self.assertTrue(all(entry["citation"] for entry in answer["answers"]))
        self.assertEqual(answer["controlled_by"], ["Sarmat Foundry LLP"])
        self.assertNotIn("network", answer)
        whole = self.call("owners", party="Sarmat Trading", network=True, as_of=AS_OF)["answer"]
        self.assertEqual({key: whole[key] for key in program}, program)

    def test_goods(self):
        answer = self.call("goods", code="8542 31", as_of=AS_OF)["answer"]
        self.assertEqual(answer, self.told("goods", "8542 31", "--as-of", AS_OF))
        self.assertTrue(all(control["article"] for control in answer["controls"]))
        proposals = self.call("goods", text="подшипник шариковый", limit=1, language="en")["answer"]["proposals"]
        self.assertEqual([proposal["code"] for proposal in proposals], ["848210"])

    def test_what_cannot_be_answered_is_told_to_the_assistant(self):
        for tool, arguments, mentions in (
                ("screen", {}, "neither a name"), ("screen", {"name": "???"}, "neither a letter nor a digit"),
                ("screen", {"name": "a", "as_of": "yesterday"}, "yesterday"), ("screen", {"name": "a", "lists": "no_such"}, "no_such"),
                ("clear", {}, "a deal or a payment"), ("clear", {"deal": {"id": "1", "parties": [], "goods": []}}, "parties"),
                ("clear", {"payment": "hello"}, "JSON"), ("clear", {"deal": {"id": "1", "parties": [{"role": "exporter", "name": "A", "evade": 1}],
                                                                           "goods": [{"hs": "854231"}]}}, "evade"),
                ("owners", {"party": "Nobody At All"}, "nobody is"), ("goods", {"code": "12"}, "not a goods code"),
                ("goods", {}, "a code or a text")):
            with self.subTest(tool=tool, arguments=arguments):
                why = self.client.fails(tool, **arguments)
                self.assertIn(mentions, why)
                self.assertNotIn("\n", why)

    def test_a_machine_without_lists_says_so(self):
        with tempfile.TemporaryDirectory() as folder, Client(folder) as client:
            self.assertIn("no store here yet", client.fails("screen", name="Bank VTB"))
            self.assertTrue(client.call("goods", code="8542 31")["answer"]["controls"])
            self.assertEqual(os.listdir(folder), [])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The package for Node.js, as a user runs it: bindings/node/test.js by `node --test`, with what was built; and its types, where tsc is."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from library_test import BUILD, PRELOAD, PROHIBITED, ROOT, WithRegister, clean_environment

PACKAGE = os.path.join(BUILD, "bindings", "node")
SOURCES = os.path.join(ROOT, "bindings", "node")


class NodePackage(WithRegister):
    @unittest.skipIf(PRELOAD, "Node loads the library with RTLD_DEEPBIND, which AddressSanitizer refuses")
    @unittest.skipUnless(os.path.exists(os.path.join(PACKAGE, "tamga_node.node")), "built without node_api.h (Debian: libnode-dev)")
    def test_its_own_tests_pass(self):
        environment = clean_environment(TAMGA_PACKAGE=PACKAGE, TAMGA_TEST_DATA=self.data, TAMGA_TEST_DEAL=PROHIBITED, NODE_OPTIONS="")
        done = subprocess.run(["node", "--expose-gc", "--test", "--test-reporter=tap", os.path.join(SOURCES, "test.js")], env=environment,
                              capture_output=True, timeout=300, check=False)
        out = done.stdout.decode()
        self.assertEqual(done.returncode, 0, out + done.stderr.decode())
        self.assertRegex(out, r"# fail 0\n")
        self.assertGreater(int(re.search(r"# pass (\d+)", out).group(1)), 0)

    @unittest.skipUnless(shutil.which("tsc"), "no tsc (Debian: node-typescript)")
    def test_the_types_take_what_is_right_and_refuse_what_is_wrong(self):
        right = """import { Tamga, score, version, Decision, Hit, Deal } from './index';
const desk = new Tamga({ data: 'x', max_list_age: 0 });
const deal: Deal = { id: '1', parties: [{ role: 'exporter', name: 'A' }], goods: [{ hs: '854231', value: '12.50' }] };
async function use(): Promise<void> {
  const hits: Hit[] = (await desk.screen({ name: ['a', 'b'], schema: 'Person', as_of: '2026-11-23' })).hits;
  const decision = await desk.clear(deal, { record: false }) as Decision;
  const one: number = score('a', 'b', 'Person') + desk.score('a', 'b') + hits[0].score;
  const text: string = version + decision.findings[0].citation + (await desk.owners('x')).answers[0].chain + one;
  desk.goodsSync({ text, limit: 3 });
  desk.close();
}
use();
"""
        wrong = ["desk.screen({ nome: 'a' });", "desk.goodsSync({ code: '1', limit: 3 });", "desk.clear({ id: '1' });", "new Tamga({ dta: 'x' });",
                 "const n: string = desk.score('a', 'b');"]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(os.path.join(SOURCES, "index.d.ts"), folder)
            first = "import { Tamga } from './index'; const desk = new Tamga();"
            for name, source in (("right.ts", right), ("wrong.ts", "\n".join([first, *wrong]))):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(source)
            done = subprocess.run(["tsc", "--noEmit", "--strict", "--target", "es2020", "right.ts", "wrong.ts"], cwd=folder, capture_output=True,
                                  timeout=300, check=False)
        found = re.findall(r"^(\w+\.ts)\((\d+),", done.stdout.decode(), re.M)
        # One finding a line, and none in what is right.
        self.assertEqual(found, [("wrong.ts", str(number)) for number in range(2, 2 + len(wrong))], done.stdout.decode())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""What deploy/ says: that manifests and units parse, that each option which they give to tamga exists, and that the Debian package holds
what it should and its program runs out of it.

Run by ctest, which names the program in $TAMGA.
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

try:
    import yaml
except ImportError:
    yaml = None

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEPLOY = os.path.join(ROOT, "deploy")
TAMGA = os.path.abspath(os.environ.get("TAMGA", os.path.join(ROOT, "build", "release", "tamga")))
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith("TAMGA")}


def options_of(*command):
    text = subprocess.run([TAMGA, *command, "--help"], capture_output=True, env=PLAIN, check=True).stdout.decode()
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def documents(path):
    with open(path, encoding="utf-8") as file:
        return [document for document in yaml.safe_load_all(file) if document]


class Commands(unittest.TestCase):
    def check(self, arguments, where):
        """A whole command line: options before the command are the program's, those behind are its own or the program's."""
        everywhere = options_of()
        command = next((a for a in arguments if a in ("serve", "worker", "lists")), None)
        self.assertIsNotNone(command, f"{where}: no command in {arguments}")
        at = arguments.index(command)
        inner = [command] + ([arguments[at + 1]] if command == "lists" else [])
        own = options_of(*inner)
        for i, argument in enumerate(arguments):
            if argument.startswith("--"):
                known = everywhere if i < at else everywhere | own
                self.assertIn(argument.split("=")[0], known, f"{where}: {argument} is no option of tamga {command}")

    def test_units(self):
        units = sorted(glob.glob(os.path.join(DEPLOY, "systemd", "*.service")))
        self.assertEqual(len(units), 2)
        for unit in units:
            with open(unit, encoding="utf-8") as file:
                lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
            for line in lines:
                self.assertRegex(line, r"^(\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=.*)$", unit)
            start = [line for line in lines if line.startswith("ExecStart=")]
            self.assertEqual(len(start), 1)
            words = shlex.split(start[0].split("=", 1)[1])
            self.assertEqual(words[0], "/usr/bin/tamga")
            self.check([word for word in words[1:] if not word.startswith("$")], unit)
            for wanted in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "MemoryDenyWriteExecute=yes", "User=tamga"):
                self.assertIn(wanted, lines, unit)
            # systemd itself, where it is there; it says of a program that is not installed that it is not.
            if shutil.which("systemd-analyze"):
                said = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, check=False).stderr.decode()
                for line in said.splitlines():
                    if os.path.basename(unit) in line:
                        self.assertRegex(line, "is not executable|No such file|Failed to create|not found|Read-only", line)

    @unittest.skipIf(yaml is None, "python3-yaml is not installed")
    def test_compose(self):
        compose, = documents(os.path.join(DEPLOY, "compose.yaml"))
        self.assertEqual(set(compose["services"]), {"nats", "serve", "worker", "tools"})
        for name, service in compose["services"].items():
            if service["image"] == "tamga":
                self.check(service["command"], f"compose: {name}")
                for volume in service["volumes"]:
                    self.assertIn(volume.split(":")[0], compose["volumes"])
            for needed in service.get("depends_on", {}):
                self.assertIn("healthcheck", compose["services"][needed])

    @unittest.skipIf(yaml is None, "python3-yaml is not installed")
    def test_kubernetes(self):
        found = {}
        for path in sorted(glob.glob(os.path.join(DEPLOY, "kubernetes", "*.yaml"))):
            for document in documents(path):
                for member in ("apiVersion", "kind", "metadata"):
                    self.assertIn(member, document, path)
                found[document["kind"], document["metadata"]["name"]] = document
        deployments = {name: document for (kind, name), document in found.items() if kind == "Deployment"}
        self.assertEqual(set(deployments), {"tamga-serve", "tamga-worker"})
        for name, deployment in deployments.items():
            template = deployment["spec"]["template"]
            self.assertEqual(deployment["spec"]["selector"]["matchLabels"], template["metadata"]["labels"])
            budget = found["PodDisruptionBudget", name]
            self.assertEqual(budget["spec"]["selector"]["matchLabels"], template["metadata"]["labels"])
            container, = template["spec"]["containers"]
            self.check(container["args"], name)
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertIn(container[probe]["httpGet"]["port"], ports, f"{name} {probe}")
                self.assertIn(container[probe]["httpGet"]["path"], ("/readyz", "/livez"))
            listens = container["args"][container["args"].index("--listen" if name == "tamga-serve" else "--metrics") + 1]
            self.assertEqual(int(listens.rsplit(":", 1)[1]), next(iter(ports.values())))
            drain = int(container["args"][container["args"].index("--drain") + 1])
            self.assertGreater(template["spec"]["terminationGracePeriodSeconds"], drain)
            self.assertIn("memory", container["resources"]["limits"])
            volumes = {volume["name"] for volume in template["spec"]["volumes"]}
            self.assertEqual({mount["name"] for mount in container["volumeMounts"]}, volumes)
            for variable in re.findall(r"\$\((\w+)\)", " ".join(container["args"])):
                self.assertIn(variable, [one["name"] for one in container["env"]])
        scaled = found["ScaledObject", "tamga-worker"]["spec"]
        self.assertIn(scaled["scaleTargetRef"]["name"], deployments)
        trigger, = scaled["triggers"]
        self.assertEqual(trigger["type"], "nats-jetstream")
        with open(os.path.join(ROOT, "src", "work", "nats.cpp"), encoding="utf-8") as file:
            source = file.read()
        self.assertIn(f'kWorkStream = "{trigger["metadata"]["stream"]}"', source)
        self.assertIn(f'kConsumer = "{trigger["metadata"]["consumer"]}"', source)


@unittest.skipUnless(shutil.which("dpkg-shlibdeps") and shutil.which("dpkg-deb"), "dpkg-dev is not installed")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tamga-deb-")
        shutil.copytree(ROOT, os.path.join(cls.folder, "tree"), symlinks=True,
                        ignore=lambda folder, names: [n for n in names if n in ("build", "node_modules", ".git", "corpus", "__pycache__")])
        run = subprocess.run([os.path.join(cls.folder, "tree", "scripts", "deb.sh"), TAMGA], capture_output=True, check=False,
                             env={**PLAIN, "SOURCE_DATE_EPOCH": "1764115200"})
        assert run.returncode == 0, run.stderr.decode()
        cls.package = os.path.join(cls.folder, "tree", run.stdout.decode().strip())
        cls.root = os.path.join(cls.folder, "root")
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.root], check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def field(self, name):
        return subprocess.run(["dpkg-deb", "-f", self.package, name], capture_output=True, check=True).stdout.decode().strip()

    def test_it_names_its_libraries(self):
        depends = self.field("Depends")
        for library in ("libc6", "libstdc++6", "libsqlite3-0", "libssl3", "libnats3"):
            self.assertIn(library, depends)
        # Every library that the program asks the loader for is of a package that is named.
        needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", os.path.join(self.root, "usr/bin/tamga")], capture_output=True,
                                                              check=True).stdout.decode())
        self.assertTrue(needed)
        named = [re.sub(r"[ (].*", "", one.strip()) for one in depends.split(",")]
        files = subprocess.run(["dpkg", "-L", *named], capture_output=True, check=True).stdout.decode()
        for library in needed:
            self.assertRegex(files, rf"/{re.escape(library)}(\n|$)")

    def test_its_files_are_roots_and_as_they_should_be(self):
        listing = subprocess.run(["dpkg-deb", "-c", self.package], capture_output=True, check=True).stdout.decode().splitlines()
        for line in listing:
            self.assertIn("root/root", line)
            self.assertNotRegex(line.split()[0], "^.{5}w|^.{8}w|s", f"writable by others, or set-id: {line}")
        paths = {line.split()[5].lstrip(".") for line in listing}
        for path in ("/usr/bin/tamga", "/lib/systemd/system/tamga-serve.service", "/lib/systemd/system/tamga-worker.service",
                     "/usr/lib/sysusers.d/tamga.conf", "/etc/default/tamga", "/usr/share/tamga/policy/eu.toml",
                     "/usr/share/tamga/policy/matching.toml", "/usr/share/doc/tamga/copyright", "/usr/share/doc/tamga/nodes.md"):
            self.assertIn(path, paths)
        scripts = subprocess.run(["dpkg-deb", "-I", self.package], capture_output=True, check=True).stdout.decode()
        for script in ("postinst", "prerm", "postrm", "conffiles"):
            self.assertIn(script, scripts)
            if script != "conffiles":
                subprocess.run(["sh", "-n", os.path.join(DEPLOY, "debian", script)], check=True)

    def test_its_program_clears_a_deal_with_what_is_in_it(self):
        def run(*arguments):
            done = subprocess.run([os.path.join(self.root, "usr/bin/tamga"), "--data", os.path.join(self.folder, "data"), *arguments], env=PLAIN,
                                  capture_output=True, check=False)
            return done.returncode, done.stdout.decode() + done.stderr.decode()
        share = os.path.join(self.root, "usr/share/tamga")
        self.assertEqual(run("lists", "import", os.path.join(share, "samples/lists/ofac"), "--published", "2026-11-20")[0], 0)
        status, out = run("--policy", os.path.join(share, "policy"), "clear", os.path.join(share, "samples/deals/07-listed-vessel.json"))
        self.assertIn(status, (3, 5), out)
        built_in = run("policy", "status", "--json")
        self.assertEqual(run("--policy", os.path.join(share, "policy"), "policy", "check")[0], 0, built_in)

    def test_the_same_tree_gives_the_same_package(self):
        with open(self.package, "rb") as file:
            first = file.read()
        subprocess.run([os.path.join(self.folder, "tree", "scripts", "deb.sh"), TAMGA], capture_output=True, check=True,
                       env={**PLAIN, "SOURCE_DATE_EPOCH": "1764115200"})
        with open(self.package, "rb") as file:
            self.assertEqual(file.read(), first)


if __name__ == "__main__":
    unittest.main(verbosity=2)

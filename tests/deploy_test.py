#!/usr/bin/env python3
"""What deploy/ says: that manifests and units parse and fit Kubernetes's own types, that each option which they give to tamga exists and each
probe asks for what is there, and that the Debian package holds what it should and its program runs out of it; tamga(1).

Run by ctest, which names the program in $TAMGA.
"""
import glob
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from nodes import NATS, NatsServer, Worker
from server import Server

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


def kubernetes():
    """Every object of the manifests, in the order in which `kubectl apply -f` of the folder makes them."""
    found = {}
    for path in sorted(glob.glob(os.path.join(DEPLOY, "kubernetes", "*.yaml"))):
        for document in documents(path):
            found[document["kind"], document["metadata"]["name"]] = document
    return found


def pods(found):
    """What makes pods, by name, with the template of its pods."""
    templates = {name: document["spec"]["template"] for (kind, name), document in found.items() if kind == "Deployment"}
    return templates | {name: document["spec"]["jobTemplate"]["spec"]["template"] for (kind, name), document in found.items() if kind == "CronJob"}


class Options(unittest.TestCase):
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


class Commands(Options):
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

    def test_dockerfile(self):
        with open(os.path.join(DEPLOY, "Dockerfile"), encoding="utf-8") as file:
            lines = [line for line in re.sub(r"\\\n", " ", file.read()).splitlines() if line.strip() and not line.startswith("#")]
        for line in lines:
            self.assertRegex(line, "^(FROM|COPY|RUN|USER|ENV|VOLUME|ENTRYPOINT|CMD) ")
        given = dict(line.split(" ", 1) for line in lines)
        self.assertEqual(json.loads(given["ENTRYPOINT"]), ["/usr/bin/tamga"])
        self.check(json.loads(given["CMD"]), "Dockerfile")
        with open(os.path.join(DEPLOY, "Dockerfile.dockerignore"), encoding="utf-8") as file:
            self.assertIn("!" + given["COPY"].split()[0] + "\n", file.readlines())


@unittest.skipIf(yaml is None, "python3-yaml is not installed")
class Kubernetes(Options):
    """Without a cluster: what can be held against the types, against each other and against the program."""

    def test_they_agree_with_each_other(self):
        paths = sorted(glob.glob(os.path.join(DEPLOY, "kubernetes", "*.yaml")))
        self.assertEqual(len(kubernetes()), sum(len(documents(path)) for path in paths), "two of one name")
        found = kubernetes()
        # `kubectl apply -f` of a folder goes by the names of its files, and nothing can be made in a namespace that is not there yet.
        self.assertEqual(next(iter(found)), ("Namespace", "tamga"))
        for (kind, _), document in found.items():
            self.assertEqual(document["metadata"].get("namespace"), None if kind == "Namespace" else "tamga")
        templates = pods(found)
        self.assertEqual(set(templates), {"tamga-serve", "tamga-worker", "tamga-lists"})
        labels = [template["metadata"]["labels"] for template in templates.values()]
        self.assertEqual(len(labels), len({tuple(sorted(label.items())) for label in labels}), "a selector takes pods of another")
        for name, template in templates.items():
            container, = template["spec"]["containers"]
            self.check(container["args"], name)
            self.assertIn("memory", container["resources"]["limits"])
            mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
            self.assertEqual(set(mounts), {volume["name"] for volume in template["spec"]["volumes"]})
            environment = {one["name"]: one for one in container["env"]}
            self.assertEqual(environment["TAMGA_DATA"]["value"], mounts["data"])
            self.assertEqual(environment["TAMGA_STORE"]["valueFrom"]["secretKeyRef"], {"name": "tamga-store", "key": "url"})
            # The restricted profile, which the namespace enforces.
            self.assertEqual(found["Namespace", "tamga"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted")
            pod, inner = template["spec"]["securityContext"], container["securityContext"]
            self.assertTrue(pod["runAsNonRoot"] and pod["runAsUser"] > 0 and pod["seccompProfile"]["type"] == "RuntimeDefault")
            self.assertEqual(inner, {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})
        for name in ("tamga-serve", "tamga-worker"):
            deployment, template = found["Deployment", name], templates[name]
            self.assertEqual(deployment["spec"]["selector"]["matchLabels"], template["metadata"]["labels"])
            budget = found["PodDisruptionBudget", name]["spec"]
            self.assertEqual(budget["selector"]["matchLabels"], template["metadata"]["labels"])
            self.assertLess(budget.get("minAvailable", 0), deployment["spec"].get("replicas", 1), "no node could ever be emptied")
            container, = template["spec"]["containers"]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            listens = container["args"][container["args"].index("--listen" if name == "tamga-serve" else "--metrics") + 1]
            self.assertEqual(list(ports.values()), [int(listens.rsplit(":", 1)[1])])
            self.assertEqual(template["metadata"]["annotations"]["prometheus.io/port"], listens.rsplit(":", 1)[1])
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertIn(container[probe]["httpGet"]["port"], ports, f"{name} {probe}")
            # What is not ready, since lists are old or NATS is away, must not be killed for it.
            self.assertEqual(container["startupProbe"]["httpGet"], container["livenessProbe"]["httpGet"])
            self.assertEqual(container["readinessProbe"]["httpGet"]["path"], "/readyz")
            drain = int(container["args"][container["args"].index("--drain") + 1])
            before = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
            self.assertEqual(before[0], "sleep")
            self.assertGreater(template["spec"]["terminationGracePeriodSeconds"], drain + int(before[1]))
        service = found["Service", "tamga"]["spec"]
        self.assertEqual(service["selector"], templates["tamga-serve"]["metadata"]["labels"])
        self.assertIn(service["ports"][0]["targetPort"], [port["name"] for port in templates["tamga-serve"]["spec"]["containers"][0]["ports"]])
        scaled = found["ScaledObject", "tamga-worker"]["spec"]
        self.assertEqual(scaled["scaleTargetRef"], {"name": "tamga-worker"})
        self.assertNotIn("replicas", found["Deployment", "tamga-worker"]["spec"], "each apply would undo what KEDA has set")
        trigger, = scaled["triggers"]
        self.assertEqual(trigger["type"], "nats-jetstream")
        with open(os.path.join(ROOT, "src", "work", "nats.cpp"), encoding="utf-8") as file:
            source = file.read()
        self.assertIn(f'kWorkStream = "{trigger["metadata"]["stream"]}"', source)
        self.assertIn(f'kConsumer = "{trigger["metadata"]["consumer"]}"', source)

    def asked_for(self, name, port):
        """The status of each path that a probe of this deployment asks for."""
        container, = pods(kubernetes())[name]["spec"]["containers"]
        statuses = {}
        for path in sorted({container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")} | {"/metrics"}):
            try:
                statuses[path] = urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).status
            except urllib.error.HTTPError as error:
                statuses[path] = error.code
        return statuses

    def test_probes_of_a_server_ask_for_what_is_there(self):
        server = Server("--no-auth", lists=False)
        self.addCleanup(server.close)
        self.assertEqual(self.asked_for("tamga-serve", server.port), {"/healthz": 200, "/metrics": 200, "/readyz": 503}, "it has no lists yet")

    @unittest.skipUnless(os.path.exists(NATS), "nats-server is not installed")
    def test_probes_of_a_worker_ask_for_what_is_there(self):
        nats = NatsServer()
        self.addCleanup(nats.close)
        data = tempfile.mkdtemp(prefix="tamga-deploy-")
        self.addCleanup(shutil.rmtree, data)
        subprocess.run([TAMGA, "--data", data, "lists", "import", os.path.join(ROOT, "samples", "lists", "un"), "--quiet"], env=PLAIN, check=True)
        worker = Worker(nats.url, data)
        self.addCleanup(worker.stderr.close)
        self.addCleanup(worker.kill)
        self.assertEqual(self.asked_for("tamga-worker", worker.port), {"/livez": 200, "/metrics": 200, "/readyz": 200})
        nats.kill()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/livez", timeout=30).close()
        except urllib.error.HTTPError as error:
            self.fail(f"it is killed while NATS is away: {error.code}")

    def test_they_are_of_kubernetes_types(self):
        """Strictly: a member that Kubernetes or KEDA does not know is an error, which an API server would only warn of."""
        folder, why = install_types()
        if why:
            self.skipTest(why)
        imports, values, runs = [], [], []
        for i, document in enumerate(kubernetes().values()):
            group, _, version = document["apiVersion"].rpartition("/")
            package = "@kubernetes-models/keda" if group == "keda.sh" else "kubernetes-models"
            module = "/".join(part for part in (package, group, version, document["kind"]) if part)
            imports.append(f'import {{ I{document["kind"]} as T{i} }} from "{module}";')
            values.append(f"export const o{i}: T{i} = {json.dumps(document)};")
            runs.append(f'new (require("{module}").{document["kind"]})({json.dumps(document)}).validate();')

        def fits(name, lines):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            tool = ["tsc", "--noEmit", "--strict", "--moduleResolution", "node", "--target", "es2020"] if name.endswith("ts") else ["node"]
            return subprocess.run([*tool, name], cwd=folder, capture_output=True, text=True, check=False)
        for name, lines in (("objects.ts", imports + values), ("objects.cjs", runs)):
            done = fits(name, lines)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # That this finds anything.
        wrong = [one.replace('"periodSeconds"', '"periodSecond"') for one in values]
        self.assertNotEqual(wrong, values)
        self.assertIn("\"periodSecond\"' does not exist in type 'IProbe'", fits("wrong.ts", imports + wrong).stdout)


def install_types():
    """A folder with the types of Kubernetes and KEDA, or why there is none."""
    for tool in ("npm", "node", "tsc"):
        if shutil.which(tool) is None:
            return "", f"{tool} is not here"
    here = os.path.join(ROOT, "tests", "kubernetes")
    folder = os.path.join(os.environ.get("TAMGA_BUILD") or os.path.join(ROOT, "build", "release"), "kubernetes_types")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(here, "package-lock.json"), encoding="utf-8") as file:
        wanted = file.read()
    done, has = os.path.join(folder, "installed.json"), ""
    if os.path.exists(done):
        with open(done, encoding="utf-8") as file:
            has = file.read()
    if has != wanted:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(here, name), folder)
        try:
            npm = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], cwd=folder, capture_output=True,
                                 timeout=120, check=False)
        except subprocess.TimeoutExpired:
            return "", "npm's registry does not answer"
        if npm.returncode != 0:
            return "", "npm could not install the types of Kubernetes"
        with open(done, "w", encoding="utf-8") as file:
            file.write(wanted)
    return folder, ""


class Manual(unittest.TestCase):
    """tamga(1), which `tamga man` writes, against what --help says."""

    @classmethod
    def setUpClass(cls):
        # It must not depend on who runs it: not on a configuration that cannot be read, nor on a store that is none.
        folder = tempfile.mkdtemp(prefix="tamga-man-")
        with open(os.path.join(folder, "tamga.toml"), "w", encoding="utf-8") as file:
            file.write("no configuration")
        environment = {**PLAIN, "TAMGA_DATA": folder, "TAMGA_STORE": "nowhere", "TAMGA_USER": "Aslan", "SOURCE_DATE_EPOCH": "1764115200"}
        cls.page = subprocess.run([TAMGA, "man"], capture_output=True, env=environment, check=True).stdout.decode()
        shutil.rmtree(folder)

    def test_every_command_is_there_with_every_option(self):
        sections = {}
        for section in re.split(r"^\.SS ", self.page, flags=re.MULTILINE)[1:]:
            name, _, text = section.partition("\n")
            sections[name.replace("\\-", "-")] = text.split("\n.SH ")[0].replace("\\-", "-")
        commands = []

        def walk(*command):
            help_text = subprocess.run([TAMGA, *command, "--help"], capture_output=True, env=PLAIN, check=True).stdout.decode()
            if command:
                text = sections[" ".join(("tamga",) + command)]
                for option in re.findall(r"^  (?:-\w,)?(--[a-z-]+)", help_text, re.MULTILINE):
                    if option != "--help":
                        self.assertRegex(text, rf"\\fB([^\n]*,)?{option}[,{{\\]", f"{command}")
                # Of several lines a help text has its first sentence in the page too.
                self.assertTrue(text.startswith(help_text.split("\n")[0].replace("'", "\\(aq")[:20].rstrip("…")), f"{command}")
                commands.append(command)
            for group in re.findall(r"\n(?:Subcommands|Not built yet):\n((?:  .*\n)+)", help_text):
                for name in re.findall(r"^  (\w\S*)", group, re.MULTILINE):
                    walk(*command, name)
        walk()
        self.assertGreater(len(commands), 40)
        self.assertEqual(set(sections), {" ".join(("tamga",) + command) for command in commands}, "the page has others")
        self.assertNotIn("tamga man", sections, "it is not listed")
        for section in ("NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES"):
            self.assertIn(f"\n.SH {section}\n", self.page)
        self.assertIn('.TH TAMGA 1 "2025-11-26" "tamga ', self.page)
        self.assertTrue(self.page.isascii())

    def formatted(self, *command):
        if shutil.which(command[0]) is None:
            self.skipTest(f"{command[0]} is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
            file.write(self.page)
            file.flush()
            return subprocess.run([*command, file.name], capture_output=True, env={**PLAIN, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}, check=False)

    def test_man_has_nothing_to_warn_of(self):
        done = self.formatted("man", "--warnings", "-l")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn("tamga lists import [OPTIONS] FILE...", done.stdout.decode())

    def test_nor_has_mandoc(self):
        done = self.formatted("mandoc", "-T", "lint", "-W", "warning")
        self.assertEqual((done.returncode, done.stdout), (0, b""))


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
        with gzip.open(os.path.join(self.root, "usr/share/man/man1/tamga.1.gz")) as file:
            own = subprocess.run([TAMGA, "man"], capture_output=True, env={**PLAIN, "SOURCE_DATE_EPOCH": "1764115200"}, check=True).stdout
            self.assertEqual(file.read(), own)
        with gzip.open(os.path.join(self.root, "usr/share/doc/tamga/changelog.gz")) as file:
            said = file.read().decode()
        self.assertRegex(said, rf"^tamga \({re.escape(self.field('Version'))}\) ")
        self.assertTrue(said.endswith("  Wed, 26 Nov 2025 00:00:00 +0000\n"), said)
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

    def test_lintian_has_nothing_to_say(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not installed")
        said = subprocess.run(["lintian", "--allow-root", "--no-cfg", self.package], capture_output=True, text=True, check=False)
        self.assertNotRegex(said.stdout, "(?m)^[EW]:")

    def test_the_same_tree_gives_the_same_package(self):
        with open(self.package, "rb") as file:
            first = file.read()
        subprocess.run([os.path.join(self.folder, "tree", "scripts", "deb.sh"), TAMGA], capture_output=True, check=True,
                       env={**PLAIN, "SOURCE_DATE_EPOCH": "1764115200"})
        with open(self.package, "rb") as file:
            self.assertEqual(file.read(), first)


if __name__ == "__main__":
    unittest.main(verbosity=2)

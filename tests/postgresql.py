#!/usr/bin/env python3
"""A PostgreSQL server of a test's own, in a temporary folder, on a Unix socket, for as long as its caller lives.

usage: postgresql.py [--fsync]

Prints one line: "postgresql:///tamga?host=FOLDER&user=USER" when it serves, or "skip: WHY" where there is no PostgreSQL. Then it waits until its
standard input ends, which it does when the caller dies too, stops the server and removes the folder. PostgreSQL does not run as root: then it runs as
postgres or nobody.
"""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def programs():
    """Debian keeps the programs of each version apart, and not in PATH."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if found:
        return os.path.dirname(found[-1])
    path = shutil.which("initdb")
    return os.path.dirname(path) if path else None


class Server:
    def __init__(self, fsync=False, of=None):
        """`of`: another server, whose standby this becomes."""
        self.bin = programs()
        if self.bin is None:
            raise unittest_skip("PostgreSQL is not installed here; scripts/install.sh test installs it")
        self.folder = tempfile.mkdtemp(prefix="tamga-pg-")
        self.fsync = fsync
        self.process = None
        self.killed = False
        self.demote = None
        name = pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            for name in ("postgres", "nobody"):
                try:
                    user = pwd.getpwnam(name)
                    break
                except KeyError:
                    continue
            os.chown(self.folder, user.pw_uid, user.pw_gid)

            def demote():
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)

            self.demote = demote
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.url = f"postgresql:///tamga?host={self.folder}&user=tamga"
        self.environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": self.folder, "TZ": "UTC"}
        make = [self.program("initdb"), "-D", self.data, "-U", "tamga", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "-N"]
        if of:
            make = [self.program("pg_basebackup"), "-D", self.data, "-h", of.folder, "-U", "tamga", "-R", "-N", "-c", "fast"]
        made = subprocess.run(make, capture_output=True, preexec_fn=self.demote, env=self.environment, cwd=self.folder)
        if made.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise unittest_skip(f"initdb failed: {made.stderr.decode().strip()}")
        self.start()
        if not of:
            self.sql("CREATE DATABASE tamga", database="postgres")

    def program(self, name):
        return os.path.join(self.bin, name)

    def begin(self, options):
        return subprocess.Popen([self.program("postgres"), "-D", self.data, *options], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                preexec_fn=self.demote, env=self.environment, cwd=self.folder, start_new_session=True)

    def still_held(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
            return "still in use" in log.read().splitlines()[-2:][0]

    def start(self):
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", "-c", "shared_buffers=32MB",
                   "-c", "max_connections=200", "-c", "autovacuum=off", "-c", "logging_collector=off", "-c", "jit=off"]
        if not self.fsync:
            options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = self.begin(options)
        for _ in range(600):
            if self.process.poll() is not None and self.killed and self.still_held():
                # The server is gone, and those that it had begun for its clients are not yet.
                time.sleep(0.1)
                self.process = self.begin(options)
            if subprocess.run([self.program("pg_isready"), "-q", "-h", self.folder], env=self.environment).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
            text = log.read()
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start: {text}")

    def sql(self, text, database="tamga"):
        run = subprocess.run([self.program("psql"), "-h", self.folder, "-U", "tamga", "-d", database, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                              "-c", text], capture_output=True, env=self.environment, cwd=self.folder)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.decode())
        return run.stdout.decode()

    def store(self, name):
        """The address of a new store: a schema of its own."""
        self.sql(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
        return f"{self.url}&options=-csearch_path%3D{name}"

    def kill(self, number=signal.SIGINT):
        """SIGINT: a fast stop. SIGQUIT and SIGKILL: as after a crash, it recovers when it starts again."""
        if self.process is not None:
            self.killed = number == signal.SIGKILL
            self.process.send_signal(number)
            self.process.wait()
            self.process = None
            self.log.close()

    def stop(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def unittest_skip(why):
    import unittest
    return unittest.SkipTest(why)


def main():
    import unittest
    try:
        server = Server(fsync="--fsync" in sys.argv[1:])
    except unittest.SkipTest as skip:
        print(f"skip: {skip}", flush=True)
        return 0
    try:
        print(server.url, flush=True)
        sys.stdin.read()
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main())

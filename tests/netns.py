"""Machines of one network, as network namespaces of this one: each with an address of its own, and links between any two that can be cut. For tests
that run as root on Linux with iproute2. Not a test itself."""
import itertools
import os
import subprocess

COUNT = itertools.count()


def ip(*arguments, check=True):
    return subprocess.run(["ip", *arguments], check=check, capture_output=True)


def missing():
    """Why there can be no namespaces here; "" where there can."""
    if os.geteuid() != 0:
        return "not root, so no network namespaces"
    try:
        name = f"tamga-probe-{os.getpid()}"
        ip("netns", "add", name)
        ip("netns", "del", name)
    except (OSError, subprocess.CalledProcessError):
        return "no network namespaces here"
    return ""


class Network:
    """The machines hang on one bridge, which stands in a namespace too: nothing of it is seen from outside, and nothing outside from it."""

    def __init__(self, *names):
        self.prefix = f"tamga-{os.getpid()}-{next(COUNT)}"
        self.hub = f"{self.prefix}-hub"
        self.address = {}
        self.cuts = set()
        ip("netns", "add", self.hub)
        ip("-n", self.hub, "link", "add", "bridge", "type", "bridge")
        ip("-n", self.hub, "link", "set", "bridge", "up")
        for number, name in enumerate(names, 1):
            space = self.space(name)
            ip("netns", "add", space)
            ip("-n", space, "link", "set", "lo", "up")
            ip("link", "add", "eth0", "netns", space, "type", "veth", "peer", f"port{number}", "netns", self.hub)
            ip("-n", self.hub, "link", "set", f"port{number}", "master", "bridge", "up")
            self.address[name] = f"10.99.0.{number}"
            ip("-n", space, "address", "add", f"{self.address[name]}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")

    def space(self, name):
        return f"{self.prefix}-{name}"

    def command(self, name, *command):
        """To be started on that machine: `ip netns exec` becomes the command, so its process id is the command's."""
        return ["ip", "netns", "exec", self.space(name), *command]

    def cut(self, one, other):
        """Packets between the two are lost, as by a broken cable: nobody is told. Connections stand until somebody loses patience."""
        pair = tuple(sorted((one, other)))
        if one == other or pair in self.cuts:
            return
        self.cuts.add(pair)
        for here, there in (pair, pair[::-1]):
            ip("-n", self.space(here), "route", "add", "blackhole", f"{self.address[there]}/32")

    def alone(self, one):
        for other in self.address:
            self.cut(one, other)

    def heal(self):
        for pair in self.cuts:
            for here, there in (pair, pair[::-1]):
                ip("-n", self.space(here), "route", "del", "blackhole", f"{self.address[there]}/32")
        self.cuts.clear()

    def close(self):
        for name in self.address:
            ip("netns", "del", self.space(name), check=False)
        ip("netns", "del", self.hub, check=False)

#!/usr/bin/env python3
"""The Python module, as a user runs it: bindings/python/test_tamga.py in a Python of its own, with the library that was built."""
import os
import subprocess
import unittest

from library_test import LIBRARY, PROHIBITED, ROOT, WithRegister, clean_environment


class PythonModule(WithRegister):
    def test_its_own_tests_pass(self):
        environment = clean_environment(TAMGA_LIBRARY=LIBRARY, TAMGA_TEST_DATA=self.data, TAMGA_TEST_DEAL=PROHIBITED, PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(["python3", "-W", "error", "-m", "unittest", "-v", "test_tamga"], cwd=os.path.join(ROOT, "bindings", "python"),
                              env=environment, capture_output=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertRegex(done.stderr.decode(), r"\nRan [1-9]\d* tests in [\d.]+s\n\nOK\n$")


if __name__ == "__main__":
    unittest.main()

# The few commands people type. Each is one script or one CMake preset; the work is done there.
# A fresh Debian 12 machine needs only git and make: the rest is installed when it is missed (scripts/install.sh).

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build desk install deb demo test serve soak bench fuzz verify-lossless lint sanitize clean

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
# Whether `make install` installs the package for Node.js: OFF where Node.js's header cannot be had.
NODE ?= ON

help: ## this list
	@echo 'Tamga clears trade deals against sanctions and export controls. Targets:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "%-22s %s\n", $$1, $$2 }'

build: ## the program, build/release/tamga, with the web desk where npm is there
	@scripts/install.sh build
	@scripts/desk.sh
	@scripts/configure.sh release 'TAMGA_TESTS?=OFF' 'TAMGA_BENCH?=OFF'
	@cmake --build build/release --target tamga -j $(JOBS)

install: ## the program, its manual, libtamga and what Python, Node.js and SQLite load, into PREFIX (/usr/local), below DESTDIR
	@scripts/install.sh build install
	@scripts/desk.sh
	@scripts/configure.sh release 'TAMGA_TESTS?=OFF' 'TAMGA_BENCH?=OFF' 'TAMGA_NODE=$(NODE)'
	@cmake --build build/release --target tamga manual bindings -j $(JOBS)
	@DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX)

deb: build ## the Debian package, build/deb/tamga_VERSION_ARCH.deb (docs/nodes.md)
	@scripts/install.sh deb
	@scripts/deb.sh

demo: build ## build, load sample lists, clear sample deals, print the decisions
	@scripts/demo.sh

test: ## build and run every test
	@JOBS=$(JOBS) scripts/test.sh release

desk: ## the web desk, desk/dist, which the next build puts into the program (needs npm)
	@scripts/desk.sh

serve: build ## the server and the web desk, on 127.0.0.1:8484 (docs/server.md)
	@build/release/tamga serve

soak: build ## everything at once for SOAK_SECONDS (3600): requests, batches, deals, licences, the watch, new lists; SOAK='--plot FILE.svg …'
	@TAMGA=build/release/tamga python3 scripts/soak.py --seconds $${SOAK_SECONDS:-3600} $(SOAK)

bench: ## build and run the benchmarks
	@JOBS=$(JOBS) scripts/bench.sh

fuzz: ## fuzz each target for FUZZ_SECONDS (default 30) seconds
	@JOBS=$(JOBS) scripts/fuzz.sh

verify-lossless: ## a million queries: fast search finds what exhaustive search finds (25 min); LOSSLESS='--queries 10000 --seed 2' for another
	@scripts/install.sh build
	@scripts/configure.sh release 'TAMGA_TESTS?=OFF' 'TAMGA_BENCH?=OFF'
	@cmake --build build/release --target verify_lossless -j $(JOBS)
	@build/release/verify_lossless $(LOSSLESS)

lint: ## format, clang-tidy, module order, house rules; LINT_FILES='src/a.cpp …' for some files only
	@JOBS=$(JOBS) scripts/lint.sh $(LINT_FILES)

sanitize: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@JOBS=$(JOBS) scripts/test.sh debug

clean: ## remove everything that was built
	rm -rf build

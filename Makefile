# SPDX-License-Identifier: BSD-2-Clause
# Thin: Meson builds, the scripts of tools/ do the rest.  `make help` lists what there is.

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
ENDINGS ?= $(wildcard captures/endings*)

.PHONY: all demo check test endings install bench fuzz lint format golden po clean help

all: ## build into build/, after installing what building needs and the machine lacks
	@tools/need.sh build
	@tools/build.sh build -Dtests=false -Dbuildtype=release -Db_lto=true

demo: all ## tell the stories of the bundled captures
	@tools/demo.sh

check: ## run every test: gcc and clang, plain and with sanitizers
	@tools/need.sh build test
	@tools/check.sh

test: ## run the tests of one build, quickly
	@tools/need.sh build test
	@tools/test.sh

endings: all ## score the verdicts on labelled endings, those of ENDINGS=FOLDER
	@python3 -B tests/endings/score.py build/src/cli/tcptale $(ENDINGS)

install: all ## install below PREFIX, staged in DESTDIR
	@tools/install.sh '$(PREFIX)'

bench: all ## measure against other tools
	@tools/need.sh build bench
	@tests/bench/run.py

fuzz: ## run each fuzz target for FUZZ_SECONDS
	@tools/need.sh build test
	@tools/fuzz.sh $(FUZZ_SECONDS)

lint: ## check the rules of CONTRIBUTING, and clang-tidy
	@tools/need.sh build test
	@tools/lint.sh

format: ## format the C sources
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

golden: all ## print anew what tests/golden expects, to be reviewed
	@tests/golden/run.py build/src/cli/tcptale build/po --rewrite

po: ## bring po/ up to the sentences of the sources, to be translated
	@tests/lint/po.py --write

clean: ## remove the build folders
	rm -rf build build-*

help: ## list these targets
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

# `make run` and `make test` do all of their own set-up; the second time it is quick.
SHELL := /bin/sh
BIN := .venv/bin
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
LOCK := .lock-venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
.DEFAULT_GOAL := help
# What Python compiles is kept: a hundred processes of tests would else compile the same modules each for itself.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run setup test quick lint types law covered together browser alone chaos planted week fuzz bench diagram papers pictures lock sbom clean

help: ## what can be made / 可用的命令
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: .venv/.ready-run ## serve a demo on this machine / 启动演示
	$(BIN)/duban up --demo $(ARGS)

setup: .venv/.ready-test ## install everything into .venv / 安装全部依赖

test: lint types covered together browser alone ## everything that CI runs / 全部检查

quick: lint types law ## within a minute: style, types, the law, what needs no server / 快速检查

lint: .venv/.ready-test ## style, and which package may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: .venv/.ready-test ## strict types
	$(BIN)/mypy

law: .venv/.ready-test # what needs no server
	$(BIN)/pytest -n logical --maxprocesses 8 --dist worksteal tests/unit tests/architecture

covered: .venv/.ready-test # the same, and every branch of the law is tried by the law's own tests
	$(BIN)/pytest -n logical --maxprocesses 8 --dist worksteal tests/unit tests/architecture --cov

together: .venv/.ready-test # one more than there are cores, for some wait; a file stays whole, with what it shares; the longest come first
	$(BIN)/pytest -n $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder -m "not alone" \
		tests/journeys tests/chaos tests/functional tests/integration

browser: .venv/.ready-test ## people before the pages, in the system's Chromium / 在浏览器中检查页面
	$(BIN)/pytest -n 2 --dist loadfile tests/browser

alone: .venv/.ready-test # with the machine for themselves; one file measures moments, the other waits for faults
	$(BIN)/pytest -n 2 --dist loadfile -m alone $$(grep -rl --include='test_*.py' mark.alone tests)

chaos: .venv/.ready-test ## faults in real processes; ARGS="--faults 1000 --database sqlite" for a long run
	$(BIN)/python -m tests.chaos $(ARGS)

week: .venv/.ready-test ## an operator's week, from the wheel to a restored office; ARGS=--keep leaves the logs
	$(BIN)/python -m tests.week $(ARGS)

fuzz: .venv/.ready-test ## requests by chance as every role; ARGS="--cases 20000 --seed 7"
	$(BIN)/python -m tests.fuzz $(ARGS)

planted: .venv/.ready-test ## plant bugs in copies and see that tests fail with each; ARGS="ledger mails" for some
	$(BIN)/python -m tests.planted $(ARGS)

bench: .venv/.ready-test .bench-venv/.ready ## print what is measured, beside peers that have an environment of their own
	$(BIN)/python -m benchmarks $(ARGS)

diagram: ## redraw the states in ARCHITECTURE.md / 重画状态图
	$(BIN)/python -m tools.diagram

papers: .venv/.ready-test ## write the shipped Word templates, and draw them for the docs / 重写公文模板
	$(BIN)/python -m tools.word_templates.write
	$(BIN)/python -m tools.drawn_papers

pictures: .venv/.ready-test ## take the pictures of the README from the demonstration / 重拍说明中的图片
	$(BIN)/python -m tests.browser.pictures

lock: ## write requirements/*.txt from pyproject.toml; ARGS=--upgrade takes the newest versions
	test -x .lock-venv/bin/uv || { python3 -m venv .lock-venv && .lock-venv/bin/pip install --quiet uv; }
	$(LOCK) $(ARGS) pyproject.toml requirements/build.in --extra test -o requirements/test.txt
	$(LOCK) pyproject.toml -c requirements/test.txt -o requirements/run.txt
	$(LOCK) requirements/build.in -c requirements/test.txt -o requirements/build.txt
	$(LOCK) requirements/bench.in -c requirements/test.txt -o requirements/bench.txt

sbom: ## write sbom.json, all packages that an installation has, with versions and hashes (CycloneDX) / 软件物料清单
	test -x .lock-venv/bin/cyclonedx-py || { python3 -m venv .lock-venv && .lock-venv/bin/pip install --quiet cyclonedx-bom; }
	.lock-venv/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible -o sbom.json

clean: ## remove all that was built; data/ stays
	rm -rf .venv .lock-venv .bench-venv sbom.json build dist .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/.ready-%: requirements/%.txt requirements/build.txt requirements/pages.txt pyproject.toml .ci/set-up
	@.ci/set-up $*

# Without a registry the bench goes on, and says which lines are missing.
.bench-venv/.ready: requirements/bench.txt | .venv/.ready-test
	@test -x .bench-venv/bin/python || $(BIN)/python -m venv .bench-venv
	@.bench-venv/bin/python -m pip install --quiet --require-hashes -r $< && touch $@ || \
		echo "对照服务的依赖未能安装 / the peers' packages could not be installed: their lines will be missing"

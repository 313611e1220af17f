# The only list of commands. `make help` shows it.

.PHONY: help report test check coverage bench browser peers matrix stability freeze ci clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

report: ## Judge both reference peers and write reports/ (the main job), with what a connection costs
	cargo run --quiet -p h1check-cli -- cost --report reports
	cargo run --quiet -p h1check-cli -- reference --strict --report reports

test: ## Run all tests
	cargo test --workspace --all-features

check: ## Format, clippy and rustdoc, all without a warning; no command-line crate in the library
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --document-private-items
	@! cargo tree -p h1check -e normal --all-features --prefix none | grep -E '^(clap|indicatif|anstream|console) ' \
	  || { echo "a command-line crate is in the library's tree"; exit 1; }

coverage: ## Show which rules are judged; fails if one for servers is missing
	cargo run --quiet -p h1check-cli -- coverage

bench: ## Measure speed against other tools as ratios, into reports/bench.md (wrk and varnish wanted)
	cargo run --release -p h1check-bench -- all

peers: ## Judge servers that others wrote (installs them on Debian), into reports/peers
	harness/peers/install.sh
	cargo build --quiet -p h1check-cli -p h1check-peers
	target/debug/h1check-peers judge

matrix: ## Judge those servers and put them side by side, into reports/matrix.html and matrix.md
	harness/peers/install.sh
	cargo build --quiet -p h1check-cli -p h1check-peers
	rm -f reports/peers/*/run.json
	-target/debug/h1check-peers judge
	target/debug/h1check compare reports/peers/*/run.json -o reports/matrix.html -o reports/matrix.md
	@echo "written: reports/matrix.html reports/matrix.md"

browser: ## Open the HTML report in Chromium (installs it on Debian): search, keys, hostile texts, times
	harness/browser/install.sh
	cargo test --quiet -p h1check-browser --test report -- --nocapture --test-threads=1

stability: ## Judge nginx and Apache twenty times and demand equal verdicts
	harness/peers/install.sh
	cargo build --quiet -p h1check-cli -p h1check-peers
	target/debug/h1check-peers stability nginx apache

freeze: ## Freeze the scenarios as a suite for --suite: make freeze VERSION=1.0
	cargo run --quiet -p h1check-cli -- freeze $(VERSION) --into scenarios/suites

ci: ## What a pipeline runs: check, test, coverage, report, browser (installs readers of reports on Debian)
	harness/tests/install.sh
	H1CHECK_TOOLS=all $(MAKE) check test coverage report browser

clean: ## Remove what was built and written
	cargo clean
	rm -rf reports/*

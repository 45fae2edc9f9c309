# One line for each thing a person does. `make help` lists them.
export GOEXPERIMENT ?= simd
export CGO_ENABLED ?= 0
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TOOLS = go tool -modfile=internal/tools/go.mod

.PHONY: help run build test race lint fuzz bench bench-full bench-peers build-bench conformance test-clients test-sources generate

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

run: build ## build, serve on the embedded default, load sample data, show the first query
	bin/outcrop serve --sample

build: ## bin/outcrop
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/outcrop ./cmd/outcrop

test: ## what needs Go alone; a few minutes on 2 cores
	go test ./...

race: ## the same under the race detector (needs gcc)
	CGO_ENABLED=1 go test -race ./...

lint: ## gofumpt, vet, staticcheck, in both builds
	@out=$$($(TOOLS) gofumpt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted (run gofumpt -w):"; echo "$$out"; exit 1; fi
	go vet ./...
	GOEXPERIMENT= go vet ./...
	$(TOOLS) staticcheck ./...

FUZZTIME ?= 20s
fuzz: ## each fuzz target for FUZZTIME
	@set -e; for package in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package; \
	  done; done

conformance: ## suites from outside, where their folder is there
	OUTCROP_CONFORMANCE=full go test -count=1 -v -run 'Suite|Conformance|TPCH' ./vec/jsonio ./server
	cd internal/oracle && go test -count=1 -v ./substrait

oracle: ## the same answers as DuckDB, on random queries and on real data (needs gcc and npm)
	internal/oracle/fetch
	cd internal/oracle && CGO_ENABLED=1 go test -count=1 ./...

test-clients: build ## real clients against a real server: Go, JavaScript, Python, Flight SQL
	tests/clients/run

bench: build-bench ## measure beside other systems, under 3 minutes (bench-peers first)
	bin/outcrop-bench run --suite quick

bench-full: build-bench ## every suite, three quarters of an hour, and docs/benchmarks.md
	@failed=; for suite in full latency concurrency isolation; do bin/outcrop-bench run --suite $$suite || failed="$$failed $$suite"; done; \
	  bin/outcrop-bench report && if [ -n "$$failed" ]; then echo "failed, see above:$$failed" >&2; exit 1; fi

bench-peers: ## install what bench compares with; names what it cannot install
	bench/peer/install

build-bench: build
	go build -trimpath -o bin/outcrop-bench ./cmd/outcrop-bench

test-sources: ## connectors against real sources
	@echo "test-sources: comes with the connectors" >&2; exit 1

generate: ## generated files; leaves no diff
	go generate ./...

# Oura Streaming. "make run" opens the window, "make demo" opens it with sample
# data, "make test" tests everything. Each sets up by itself what is missing.

SHELL := /bin/bash
.DEFAULT_GOAL := run

version := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)
tags    := desktop,production,webkit2_41
ldflags := -s -w -X main.version=$(version)
binary  := bin/oura-streaming
go_src  := $(shell find main.go app internal -name '*.go' -not -name '*_test.go' 2>/dev/null)
sql_src := $(shell find internal -name '*.sql' 2>/dev/null)
web_src := $(shell find frontend/src frontend/public frontend/index.html frontend/*.ts frontend/package.json 2>/dev/null -type f)

export GOFLAGS ?= -mod=readonly

.PHONY: run demo test check build bench soak fuzz setup setup-test setup-package package test-package clean bindings lint vuln

run: build
	@build/need-display.sh && exec $(binary)

demo: build
	@build/need-display.sh --demo && exec $(binary) --demo

build: setup $(binary)

$(binary): go.mod go.sum $(go_src) $(sql_src) frontend/dist/index.html
	go build -trimpath -tags $(tags) -ldflags '$(ldflags)' -o $@ .

frontend/dist/index.html: frontend/node_modules/.stamp $(web_src)
	cd frontend && npm run --silent build

frontend/node_modules/.stamp: frontend/package-lock.json
	cd frontend && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

setup:
	@build/setup.sh build

setup-test:
	@build/setup.sh test

setup-package:
	@build/setup.sh package

check: setup frontend/dist/index.html lint vuln
	go vet ./...
	cd frontend && npm run --silent check && npm run --silent test
	OURA_HOSTILE_TIME=30s go test ./...

lint: frontend/node_modules/.stamp
	@unformatted=$$(gofmt -l main.go app internal build); if [ -n "$$unformatted" ]; then echo "gofmt would change: $$unformatted"; exit 1; fi
	go tool -modfile=build/lint/go.mod golangci-lint run
	cd frontend && npm run --silent lint:api

# Known weaknesses in what we link (S-63): from the copy beside this folder where
# there is one, from vuln.go.dev elsewhere. Not part of "test": news break it.
vulndb := $(wildcard $(abspath $(CURDIR)/../shared/vulndb))

vuln:
	go tool -modfile=build/lint/go.mod govulncheck $(if $(vulndb),-db file://$(vulndb)) -tags $(tags) ./...

test: setup-test frontend/dist/index.html
	@build/test.sh

bench: setup frontend/dist/index.html
	@build/bench.sh

# How long the window takes to come, and what the program costs while nothing happens:
# five minutes of that, or SOAK=30s.
soak: setup-test $(binary)
	@build/soak.sh

# Sends each parser what nobody thought of, FUZZTIME long each (S-66): 30s before a
# change, 10m before a release. What breaks one is kept below testdata/fuzz.
FUZZTIME ?= 30s

fuzz: setup
	@build/fuzz.sh $(FUZZTIME)

# What a release consists of, in bin/package: .deb, .rpm, Windows, checksums, list
# of parts. PROJECT=owner/name says where the program looks for newer releases.
package: setup-package frontend/dist/index.html
	@build/package.sh

# Installs the .deb, starts it, removes it; looks into every file of a release;
# builds the last commit twice. As root, on Debian: in a container, not at home.
test-package: setup-package frontend/dist/index.html
	@build/test-package.sh

# Writes frontend/wailsjs anew from the bound Go methods.
bindings: frontend/dist/index.html
	go tool -modfile=build/tools/go.mod wails generate module

clean:
	rm -rf bin frontend/node_modules frontend/dist/assets frontend/dist/index.html

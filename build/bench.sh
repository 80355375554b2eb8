#!/usr/bin/env bash
# Runs the benchmarks behind the promised figures and prints what was reached
# beside the goal. Most of the time, several minutes, goes
# into storing and indexing a million events. Figures of a busy machine say little.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=${GOFLAGS:--mod=readonly}
out=$(mktemp)
trap 'rm -f "$out"' EXIT

bench() { # PACKAGE NAME [FLAG…]: one after another, so that none disturbs the next
  printf '\n== %s %s (after %d s)\n' "$1" "$2" "$SECONDS"
  go test -run '^$' -bench "^$2\$" -timeout 20m "${@:3}" "$1" | tee -a "$out"
}

bench ./internal/ingress BenchmarkIngest32 -benchtime 5x
bench ./internal/tunnel BenchmarkTunnelPath -benchtime 5x
bench ./internal/sqlite BenchmarkInsertDelivery32 -benchtime 3s
bench ./internal/sqlite BenchmarkSamples2M -benchtime 50x
bench ./internal/sqlite BenchmarkCoverage -benchtime 20x
bench ./internal/collect BenchmarkFiveYears -benchtime 1x
bench ./internal/export BenchmarkJSONL -benchtime 20x
bench ./internal/restapi BenchmarkPageOf100 -benchtime 1s
bench ./internal/restapi BenchmarkGetEvents1M -benchtime 500x -v

awk '
  function value(unit,  i) { # of this line, "" when it has none
    for (i = 3; i < NF; i++) if ($(i + 1) == unit) return $i
    return ""
  }
  function row(what, reached, goal, met) {
    printf "%-52s %14s   %-8s %s\n", what, reached, goal, goal == "" ? "" : met ? "reached" : "MISSED"
  }
  BEGIN {
    printf "\n%-52s %14s   %s\n", "what", "reached", "goal"
  }
  /^BenchmarkIngest32/ {
    row("ingest beside a bare handler, 32 connections", sprintf("%.2f", value("ratio")), ">= 0.6", value("ratio") >= 0.6)
    row("  ingest p99", sprintf("%.1f ms", value("ingest-p99-ms")), "<= 10 ms", value("ingest-p99-ms") <= 10)
    row("  bare handler p99", sprintf("%.1f ms", value("bare-p99-ms")))
    row("  deliveries a second", sprintf("%.0f", value("ingest/s")))
    row("  bare handler, requests a second", sprintf("%.0f", value("bare/s")))
  }
  /^BenchmarkTunnelPath/ {
    row("tunnel on loopback, added to a small POST, p50", sprintf("%.0f us", value("added-us")))
    row("  of these by the reverse proxy in front of it", sprintf("%.0f us", value("proxy-p50-us") - value("direct-p50-us")))
    row("  added at p99", sprintf("%.0f us", value("added-p99-us")))
    row("  through the tunnel, requests a second", sprintf("%.0f", value("tunnel/s")))
    row("  beside the same handler without it", sprintf("%.2f", value("ratio")))
  }
  /^BenchmarkInsertDelivery32/ {
    row("durable inserts a second, 32 callers, no network", sprintf("%.0f", value("inserts/s")))
  }
  /^BenchmarkSamples2M\/insert/ {
    row("2,000,000 samples stored in answers of 1000", sprintf("%.1f s", value("insert-s")), "<= 30 s", value("insert-s") <= 30)
    row("  the database with them", sprintf("%.1f MB", value("file-MB")), "<= 30 MB", value("file-MB") <= 30)
  }
  /^BenchmarkFiveYears/ {
    row("five years into a fresh store", sprintf("%.1f s", value("s-into-the-store")), "<= 60 s", value("s-into-the-store") <= 60)
    row("  the answers alone", sprintf("%.1f s", value("s-answers-alone")))
    row("  answers alone beside the whole", sprintf("%.2f", value("ratio")), ">= 0.8", value("ratio") >= 0.8)
    row("  growth of the heap", sprintf("%.0f MB", value("MB-heap-growth")), "<= 100 MB", value("MB-heap-growth") <= 100)
    row("  documents", sprintf("%.0f", value("documents")))
    row("  rows of time series", sprintf("%.0f", value("rows")))
  }
  /^BenchmarkSamples2M\/day_5m/ {
    row("chart of one day by 5 minutes, p50", sprintf("%.1f ms", value("p50-ms")), "<= 5 ms", value("p50-ms") <= 5)
  }
  /^BenchmarkSamples2M\/year_day_local/ {
    row("chart of a year by days of any zone, p50", sprintf("%.1f ms", value("p50-ms")), "<= 200 ms", value("p50-ms") <= 200)
  }
  /^BenchmarkJSONL/ {
    row("JSONL export of five years, synced", sprintf("%.0f MB/s", value("export-MB/s")), sprintf(">= %.0f", value("goal-MB/s")), value("export-MB/s") >= value("goal-MB/s"))
    row("  plain copy of the same file, synced", sprintf("%.0f MB/s", value("copy-MB/s")))
    row("  export beside the copy", sprintf("%.2f", value("ratio")))
  }
  /^BenchmarkPageOf100/ {
    row("GET /events?limit=100 without a database, p99", sprintf("%.1f ms", value("p99-ms")))
  }
  /^BenchmarkGetEvents1M\/.*p99-ms/ {
    name = $1
    sub(/^[^\/]*\//, "", name); sub(/-[0-9]+$/, "", name); gsub(/_/, " ", name)
    row("GET /events?limit=100 of 1,000,000, p99: " name, sprintf("%.1f ms", value("p99-ms")), "<= 5 ms", value("p99-ms") <= 5)
  }
' "$out"
printf '\nTook %d s.\n' "$SECONDS"

swift run -c release sluice nearest runs/stems gardener --count 5
swift run -c release sluice evaluate runs/stems --data other.tsv

swift run -c release sluice evaluate runs/text --data other.txt

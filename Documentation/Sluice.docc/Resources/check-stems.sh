swift run -c release sluice check stems --data words.tsv

swift run -c release sluice train stems --data words.tsv --out runs/stems

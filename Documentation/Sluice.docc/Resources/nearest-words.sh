swift run -c release sluice nearest runs/text gardners
swift run -c release sluice vectors runs/text --words words.txt --out vectors.txt

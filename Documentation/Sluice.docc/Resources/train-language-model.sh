swift run -c release sluice train language-model --text text.txt --config char-small --out runs/text --watch

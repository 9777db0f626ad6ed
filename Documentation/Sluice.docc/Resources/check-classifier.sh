swift run -c release sluice check classifier --data messages.tsv

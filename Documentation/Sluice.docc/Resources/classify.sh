swift run -c release sluice classify runs/sms "You have won a prize, call 08001234567 now"
swift run -c release sluice evaluate runs/sms --data other.tsv

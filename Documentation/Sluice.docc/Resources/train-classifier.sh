swift run -c release sluice train classifier --data messages.tsv --out runs/sms

swift run -c release sluice resume runs/sms
swift run -c release sluice train classifier --data more.tsv --from runs/sms --out runs/more

swift run -c release sluice report runs/sms
swift run -c release sluice report runs/sms runs/other --out comparison.html

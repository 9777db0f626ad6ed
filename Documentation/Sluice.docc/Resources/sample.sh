swift run -c release sluice sample runs/text --words 50 --temperature 0.8 --prompt "the sailor"

swift run -c release sluice check language-model --text text.txt

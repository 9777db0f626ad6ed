extension GuideLexicon {
  /// The German words by slot.
  static let germanWords: [GuideSlot: String] = [
    .noun: """
    der Hafen, die Brücke, das Haus, der Garten, die Insel, das Dorf, der Turm, die Mühle, das Tal, der Wald,
    die Küste, das Moor, der Fluss, die Stadt, das Schloss, der Bahnhof, die Werkstatt, das Feld, der Keller,
    die Schule, das Boot, der Brief, die Uhr, das Bild, der Schlüssel, die Laterne, das Klavier, der Mantel,
    die Geige, das Fenster, der Spiegel, die Karte, das Seil, der Kompass, die Treppe, das Tor, der Koffer,
    die Glocke, das Rad, der Zirkus, die Bäckerei, das Wirtshaus, der Markt, die Fähre, das Zelt, der Sturm,
    die Nacht, das Eis, der Nebel, die Flut, das Gewitter, der Sommer, die Stille, das Licht, der Schatten,
    die Spur, das Rätsel, der Traum, die Lüge, das Geheimnis, der Abschied, die Heimkehr, das Versprechen, der
    Gärtner, die Nachbarin, das Kind, der Lotse, die Försterin, das Orchester, der Postbote, die Richterin,
    der Uhrmacher, die Erbin, das Mädchen, der Fremde, die Köchin, der Hund, die Katze, das Pferd, der Wolf,
    die Krähe, das Schaf, der Fuchs, die Biene, das Rehkitz, der Kranich, die Eule, der Dachs, die Schnecke
    """,
    .adjective: """
    stille, kalte, alte, rote, blaue, letzte, erste, große, kleine, dunkle, helle, fremde, verlorene, geheime,
    wilde, müde, schöne, weite, leere, süße, bittere, goldene, silberne, grüne, graue, träge, kühne, schräge,
    vergessene, verbotene, unsichtbare, gefrorene, glückliche, seltsame, gestohlene, heimliche, doppelte,
    halbe, ewige, kurze, lange, schiefe, zerbrochene, ungeduldige, ruhige, laute, gläserne, hölzerne
    """,
    .place: """
    Kiel, Lübeck, Wismar, Husum, Emden, Bremen, Celle, Goslar, Kassel, Erfurt, Weimar, Görlitz, Bautzen,
    Pirna, Dresden, Leipzig, Halle, Potsdam, Rostock, Stralsund, Münster, Aachen, Köln, Trier, Mainz, Speyer,
    Ulm, Konstanz, Freiburg, Tübingen, Würzburg, Bamberg, Passau, Regensburg, Füssen, Lindau, Bregenz,
    Innsbruck, Salzburg, Linz, Graz, Wien, Klagenfurt, Basel, Bern, Zürich, Luzern, Chur, Thun, Bozen,
    Flensburg, Büsum
    """,
    .name: """
    Anna, Jonas, Greta, Henrik, Marlene, Paul, Ida, Oskar, Frieda, Emil, Lotte, Anton, Clara, Jakob, Martha,
    Karl, Hanna, Moritz, Selma, Bruno, Thea, Konrad, Elsa, Ludwig, Nora, Matthis, Rosa, Till, Jule, Veit,
    Käthe, Jörg, Svenja, Arne, Wiebke, Sönke, Birte, Uwe, Heike, Rüdiger, Gesine, Volker, Almut, Götz
    """,
    .surname: """
    Lindhorst, Brackmann, Sielaff, Kühnemund, Petershagen, Wohlrab, Tiedemann, Aschoff, Grünwald, Holtkamp,
    Rehbein, Stürmer, Quast, Overbeck, Nissen, Hagedorn, Märtens, Kleinschmidt, Dörfler, Vogelsang, Imhoff,
    Zeisig, Bruckner, Altmann, Eggers, Fährmann, Jessen, Königsdorf, Lohse, Mühlbauer, Nottbohm, Ostermann,
    Pfeiffer, Rosskamp, Seeliger, Trautwein, Uhlig, Winkelmann, Zöllner, Baumgarten
    """,
    .scene: """
    am Fluss, im Wald, hinter dem Deich, unter der Brücke, auf der Insel, im Nebel, am Ende der Straße, im
    Moor, über den Dächern, ohne Wiederkehr, im Regen, bei Ebbe, nach Mitternacht, vor dem Sturm, aus dem
    Nichts, im Schatten der Berge, am Rande der Stadt, zwischen den Jahren, auf hoher See, im alten Kino,
    unter Wölfen, mit leeren Händen, gegen den Wind, im vierten Stock, auf dem Dachboden, zum Frühstück, für
    Anfänger, hinter Glas, in fremden Schuhen, ohne Führerschein, im Schnee, am Wendekreis, auf Umwegen, um
    jeden Preis
    """,
    .genitive: """
    der Nacht, des Meeres, der Stille, des Sommers, der Berge, des Windes, der Wölfe, des Vaters, der
    Schwestern, des Königs, der Bienen, des Zufalls, der Erinnerung, des Nordens, der Fremde, des Glücks, der
    Träume, des Uhrmachers, der Insel, des Schweigens, der Gezeiten, des Winters, der Liebe, des Verrats, der
    Angst
    """,
    .following: """
    dem Fluss, der Spur, dem Mond, dem Wind, deinem Herzen, dem weißen Pferd, der Musik, dem Geld, den Krähen,
    dem Licht, der Küste, mir nach Hause, dem roten Faden, den Sternen, deiner Schwester, dem Rauch
    """,
    .plural: """
    Wölfe, Krähen, Brüder, Schwestern, Briefe, Lügen, Rosen, Koffer, Nächte, Wünsche, Türen, Fenster,
    Schritte, Inseln, Brücken, Uhren, Kinder, Lieder, Bilder, Geigen, Sterne, Schatten, Äpfel, Hunde, Boote,
    Freunde
    """,
    .compoundHead: """
    Nacht, Mond, Winter, Küsten, Wald, Sommer, Herz, Stern, Feuer, Eis, Sturm, Nebel, Geister, Silber, Garten,
    Hafen, Dorf, Insel, Berg, Fluss, Regen, Glücks, Schatten, Licht, Traum, Wolfs, Bären, Zauber, Bienen,
    Kirsch
    """,
    .compoundTail: """
    fieber, licht, jagd, zauber, spiel, wache, schicht, gang, tanz, lied, geflüster, reise, pfad, küche,
    gäste, wind, haus, fahrt, kinder, wärter, geschichten, träume, schwestern, hof, glück, rätsel, sucher,
    blüte
    """,
    .country: """
    USA, Deutschland, D, Frankreich, F, Großbritannien, GB, Österreich, A, Schweiz, CH, Italien, I, Dänemark,
    Schweden, Norwegen, Polen, Japan, Kanada, Spanien, Irland, DDR, BRD, Ungarn, Belgien, Südkorea, Neuseeland
    """,
    .genre: """
    Spielfilm, Drama, Krimi, Komödie, Dokumentation, Dokumentarfilm, Thriller, Western, Abenteuerfilm,
    Fernsehfilm, Kurzfilm, Zeichentrickfilm, Heimatfilm, Liebesfilm, Historienfilm, Reportage, Musikfilm,
    Tierfilm, Kriminalfilm, Melodram, Märchenfilm, Stummfilm
    """,
    .event: """
    Halbfinale, Viertelfinale, Finale, Eröffnungskonzert, Abfahrt der Damen, Skispringen, Handball,
    Tischtennis, Ruder-Regatta, Marathon, Neujahrskonzert, Opernabend, Gottesdienst, Bundestagsdebatte,
    Radrennen, Hallenturnier, Eiskunstlauf, Biathlon, Rockfestival, Dressurreiten, Volleyball,
    Schwimm-Meisterschaft, Preisverleihung, Karnevalsumzug, Boxabend, Stadtlauf, Eishockey
    """,
    .region: """
    Thüringen, Sachsen, Hessen, Bayern, Franken, Tirol, Kärnten, dem Norden, dem Süden, der Region, dem
    Saarland, Brandenburg, Holstein, Schwaben, der Pfalz, Niedersachsen, Graubünden, Ostfriesland, Europa,
    Berlin und Umland
    """,
    .topic: """
    Wetter, Sport, Börse, Verkehr, Kultur, Politik, Wirtschaft, Lottozahlen, Straßenlage, Pollenflug,
    Seewetter, Veranstaltungen
    """,
    .format: "Sendung, Ausgabe, Magazin, Talk, Folge, Beitrag, Debatte, Ratgeber, Interview, Übersicht",
    .weekday: "Montag, Dienstag, Mittwoch, Donnerstag, Freitag, Samstag, Sonntag",
    .weekdayShort: "Mo, Di, Mi, Do, Fr, Sa, So",
    .month: """
    Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember
    """,
    .ordinal: "Erster, Zweiter, Dritter, Vierter, Fünfter, Sechster",
  ]
}

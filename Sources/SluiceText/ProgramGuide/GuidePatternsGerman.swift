extension GuideLexicon {
  /// The German program guide.
  static let german = GuideLexicon(
    lists: germanWords,
    titles: """
      {TheNoun}
      {TheAdjectiveNoun}
      {TheAdjectiveNoun}
      {TheNoun} {scene}
      {TheNoun} und {theNoun}
      {compound}
      {compound} {scene}
      {compound} in {place}
      {name} und {theNoun}
      {name} und {theAdjectiveNoun}
      {name} {scene}
      {TheAdjectiveNoun} von {place}
      {TheNoun} {genitive}
      Wer hat Angst vor {name}?
      Kein {compound} für {name}
      Das Geheimnis {genitive}
      Ein Sommer in {place}
      {plural} {scene}
      {plural} und {plural}
      {plural} für {name}
      """,
    misleadingTitles: """
      Ein Teil von {name}
      Teil {genitive}
      Der beste Teil {genitive}
      Die Folgen {genitive}
      Folge {following}
      Folgenschwer {scene}
      Die Staffel {genitive}
      Staffellauf {scene}
      {year}
      Sommer {year}
      Winter {year} in {place}
      Zimmer {number}
      Gleis {episode}, {place}
      Hausnummer {number}
      Die {number}. Nacht
      {number} Rosen für {name}
      {episode} Tage {scene}
      {number} {plural}
      Linie {number} nach {place}
      Kilometer {number}
      Agent {number} {scene}
      Einer von {number}
      Halb {part} in {place}
      {weekday} ist Ruhetag
      Der letzte {weekday} {genitive}
      Drei Tage im {month}
      Ein {month} mit {name}
      {month}kind {scene}
      Wiedersehen in {place}
      Die Wiederkehr {genitive}
      Wieder {scene}
      Noch einmal {scene}
      Gute Nachrichten für {name}
      Eine Nachricht {scene}
      Neues von {name}
      Mit {plural} und {plural}
      Zu Gast {scene}
      Leben und leben lassen {scene}
      Leben {scene}
      Olive und {theNoun}
      Regie führt {theNoun}
      Sendung ohne {plural}
      Spielfilm mit {plural}
      """,
    patterns: [
      .episodeSeason: """
      S{season2}E{episode2}
      S{season2}E{episode2}: {title}
      S{season2} E{episode2} - {title}
      S{season}E{episode} {title}
      {title} (S{season2}/E{episode2})
      Staffel {season}, Folge {episode}
      Staffel {season}, Folge {episode}: {title}
      Staffel {season} Episode {episode} - {title}
      {title} (Staffel {season}, Folge {episode})
      St. {season}, Flg. {episode}: {title}
      {title}, St. {season} Fo. {episode}
      {season}. Staffel, {episode}. Folge
      {title} - {season}. Staffel, Folge {episode}
      {season}x{episode2} {title}
      {title} {season}x{episode2}
      Folge {episode} der {season}. Staffel: {title}
      Folge {episode} ({season}. Staffel): {title}
      """,
      .episodeNumber: """
      Folge {number}
      Folge {number}: {title}
      Folge {bigNumber}
      Folge {bigNumber}: {title}
      {title} ({number})
      ({number}) {title}
      Episode {number}
      Episode {number}: {title}
      {title} - Folge {number}
      {title}, Folge {number}
      {number}. Folge
      {number}. Folge: {title}
      Flg. {number} - {title}
      Ep. {number}: {title}
      #{number} {title}
      {title} #{number}
      Nr. {number}: {title}
      """,
      .part: """
      Teil {part}
      Teil {part} von {parts}
      Teil {part}: {title}
      Teil {part} von {parts}: {title}
      {title} (Teil {part})
      {title}, Teil {part}
      {title} - Teil {part} von {parts}
      {title} ({part}/{parts})
      ({part}/{parts}) {title}
      {part}/{parts} {title}
      {part}. Teil: {title}
      {title}, {part}. Teil
      {ordinal} Teil: {title}
      {title} - {ordinal} Teil
      {title}, Teil {partRoman}
      {title}, Tl. {part}
      {part} von {parts}: {title}
      {title} ({part} von {parts})
      """,
      .year: """
      {genre}, {country} {year}
      {genre} ({country} {year})
      {genre} aus dem Jahr {year}
      {country} {year}
      {country}/{country} {year}
      {title} ({year})
      {title} ({country}, {year})
      {title} - {genre}, {country} {year}
      {genre} von {year}
      {genre}, {year}
      {genre} {year}
      {title}, {country} {year}
      Produktionsjahr {year}
      {title} (Erstsendung {year})
      """,
      .repeat: """
      Wiederholung
      Wiederholung vom Vortag
      Wiederholung vom {weekday}
      Wiederholung von {time} Uhr
      {title} (Wdh.)
      {title} (Wdh.)
      {title} (Wdh. vom {weekday})
      Wdh. vom {day}.{month2}.
      Wdh. von {time}
      Wdh.: {title}
      {title} - Wiederholung
      {title} (Wh.)
      {title} [Wiederholung]
      Noch einmal zu sehen: {title}
      Erneute Ausstrahlung: {title}
      Wiederholung der {format} vom {day}. {month}
      Nachtwiederholung: {title}
      {title} (Wh. von {time} Uhr)
      """,
      .live: """
      Live aus {place}
      Live: {title}
      {event} live
      {event} live aus {place}
      {event} in {place} - live
      LIVE {event}, {place}
      {title} (live)
      Live-Übertragung aus {place}
      Direktübertragung aus {place}
      {event}, Direktübertragung
      Live ab {time} Uhr: {event}
      {person} live in {place}
      Livekonzert aus {place}
      Live-Konzert: {person}
      {event} - live ab {time} Uhr
      {event} (live), {place}
      """,
      .news: """
      Nachrichten um {time} Uhr
      Nachrichten und {topic}
      Nachrichten aus {region}
      Nachrichten aus {place}
      Kurznachrichten {time} Uhr
      Nachrichten, {topic} und {topic}
      Nachrichten, {topic}, {topic}
      Die {hour}-Uhr-Nachrichten
      Weltnachrichten, {topic}
      Aktuelles aus {region}
      Aktuelle Meldungen aus {region}
      Meldungen des Tages, {topic}
      Schlagzeilen und {topic}
      Schlagzeilen, {topic}, {topic}
      Regionalnachrichten aus {region}
      {topic} und Nachrichten
      Das Wichtigste vom Tage: {topic}, {topic}
      Lokalnachrichten {place}
      Nachrichten in Gebärdensprache, {time} Uhr
      Spätnachrichten mit {topic}
      """,
      .people: """
      Mit {person}
      Mit {person} und {person}
      Zu Gast: {person}
      Gäste: {person}, {person}
      Regie: {person}
      Moderation: {person}
      {person} im Gespräch
      {person} trifft {person}
      Ein Film von {person}
      Von und mit {person}
      Gast im Studio: {person}
      {title} - mit {person}
      Es spielen: {person}, {person}
      Buch und Regie: {person}
      {title}. Regie: {person}
      """,
      .date: """
      {format} vom {day}. {month}
      {format} vom {day}. {month} {recentYear}
      {format} vom {day2}.{month2}.{recentYear}
      {format} vom {weekday}
      vom {day}. {month} {recentYear}
      {format} vom {day2}.{month2}.
      {weekday}, {day}. {month}
      {weekdayShort}, {day2}.{month2}.{recentYear}
      {title} ({day2}.{month2}.{recentYear})
      {title} vom {day}. {month}
      {title} - {weekday}, {day2}.{month2}.
      Stand: {day}.{month2}.{recentYear}
      Woche vom {day}. {month}
      """,
    ])
}

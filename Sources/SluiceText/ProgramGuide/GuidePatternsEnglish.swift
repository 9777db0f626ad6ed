extension GuideLexicon {
  /// The English program guide.
  static let english = GuideLexicon(
    lists: englishWords,
    titles: """
      {TheNoun}
      {TheAdjectiveNoun}
      {TheAdjectiveNoun}
      {TheNoun} {scene}
      {TheNoun} and {theNoun}
      {compound}
      {compound} {scene}
      {compound} in {place}
      {name} and {theNoun}
      {name} and {theAdjectiveNoun}
      {name} {scene}
      {TheAdjectiveNoun} of {place}
      {TheNoun} of {genitive}
      Who's Afraid of {name}?
      No {noun} for {name}
      The Secret of {genitive}
      A Summer in {place}
      {plural} {scene}
      {plural} and {plural}
      {name}'s {adjective} {noun}
      {adjective} {plural}
      """,
    misleadingTitles: """
      A Part of {name}
      Part of {genitive}
      The Best Part of {genitive}
      Parting with {name}
      Partners {scene}
      Follow {following}
      An Episode of {genitive}
      The Season of {genitive}
      Season of {plural}
      {year}
      Summer of {year}
      Winter {year} in {place}
      Room {number}
      Platform {episode}, {place}
      {number} {place} Road
      Day {number} {scene}
      {number} Roses for {name}
      {episode} Days {scene}
      {number} {plural}
      Number {number} Does Not Answer
      Mile {number}
      Agent {number} {scene}
      One of {number}
      Half Past {part} in {place}
      Closed on {weekday}s
      The Last {weekday} of {genitive}
      Three Days in {month}
      {name} in {month}
      {weekday}'s Child {scene}
      Reunion in {place}
      Return to {place}
      Never Repeat {genitive}
      Again {scene}
      Once More {scene}
      Good News for {name}
      No News {scene}
      Something New from {name}
      With {plural} and {plural}
      Our Guest {scene}
      Live and Learn {scene}
      Live Fast, Walk Slow, {name}
      To Live {scene}
      Alive {scene}
      Lives of {genitive}
      Starring {theNoun}
      A Film without {plural}
      Drama {scene}
      """,
    patterns: [
      .episodeSeason: """
      S{season2}E{episode2}
      S{season2}E{episode2}: {title}
      S{season2} E{episode2} - {title}
      S{season} Ep{episode} {title}
      {title} (S{season2}/E{episode2})
      Season {season}, Episode {episode}
      Season {season} Episode {episode}: {title}
      Series {season}, Episode {episode}: {title}
      {title} (Season {season}, Episode {episode})
      Series {season} Ep. {episode} - {title}
      {title}, Ser. {season} Ep. {episode}
      {title} - Season {season}, Episode {episode}
      {season}x{episode2} {title}
      {title} {season}x{episode2}
      Episode {episode} of Season {season}: {title}
      Ep. {episode} (Series {season}): {title}
      """,
      .episodeNumber: """
      Episode {number}
      Episode {number}: {title}
      Episode {bigNumber}
      Episode {bigNumber}: {title}
      {title} ({number})
      ({number}) {title}
      Ep. {number}
      Ep. {number}: {title}
      {title} - Episode {number}
      {title}, Episode {number}
      Ep {number} - {title}
      #{number} {title}
      {title} #{number}
      No. {number}: {title}
      Chapter {number}: {title}
      {title}, Chapter {number}
      """,
      .part: """
      Part {part}
      Part {part} of {parts}
      Part {part}: {title}
      Part {part} of {parts}: {title}
      {title} (Part {part})
      {title}, Part {part}
      {title} - Part {part} of {parts}
      {title} ({part}/{parts})
      ({part}/{parts}) {title}
      {part}/{parts} {title}
      Part {ordinal}: {title}
      {title}, Part {ordinal}
      {title}, Part {partRoman}
      {title}, Pt. {part}
      Pt {part}: {title}
      {part} of {parts}: {title}
      {title} ({part} of {parts})
      """,
      .year: """
      {genre}, {country} {year}
      {genre} ({country} {year})
      {genre} from {year}
      {country} {year}
      {country}/{country} {year}
      {title} ({year})
      {title} ({country}, {year})
      {title} - {genre}, {country} {year}
      {genre} made in {year}
      {genre}, {year}
      {genre} {year}
      {title}, {country} {year}
      First shown in {year}
      {title} (produced {year})
      """,
      .repeat: """
      Repeat
      Repeat from {weekday}
      Repeat from yesterday
      Repeat of {time}
      {title} (Repeat)
      {title} (Rpt.)
      {title} (R)
      {title} (Repeat from {weekday})
      Rpt. from {weekday}
      Rpt: {title}
      {title} - Repeat
      {title} [R]
      Another chance to see: {title}
      Shown again: {title}
      Repeat of the {day} {month} {format}
      Overnight repeat: {title}
      {title} (first shown on {weekday})
      """,
      .live: """
      Live from {place}
      Live: {title}
      {event} live
      {event} live from {place}
      {event} in {place} - live
      LIVE {event}, {place}
      {title} (live)
      Live coverage from {place}
      Live broadcast from {place}
      {event}, live coverage
      Live at {time}: {event}
      {person} live in {place}
      Live concert from {place}
      Live in concert: {person}
      {event} - live from {time}
      {event} (live), {place}
      """,
      .news: """
      News at {time}
      News and {topic}
      News from {region}
      News from {place}
      News Summary, {time}
      News, {topic} and {topic}
      News, {topic}, {topic}
      The {hour} O'Clock News
      World News, {topic}
      The Latest from {region}
      Latest Headlines from {region}
      News of the Day, {topic}
      Headlines and {topic}
      Headlines at {time}
      Regional News for {region}
      {topic} and News
      Today's Main Stories: {topic}, {topic}
      Local News {place}
      Signed News, {time}
      Late News with {topic}
      """,
      .people: """
      With {person}
      With {person} and {person}
      Guest: {person}
      Guests: {person}, {person}
      Directed by {person}
      Presented by {person}
      {person} in conversation
      {person} meets {person}
      A film by {person}
      Written by and starring {person}
      Studio guest: {person}
      {title} - with {person}
      Starring {person}, {person}
      Written and directed by {person}
      {title}. Director: {person}
      """,
      .date: """
      {format} of {day} {month}
      {format} of {day} {month} {recentYear}
      {format} of {day2}/{month2}/{recentYear}
      {format} of {weekday}
      {day} {month} {recentYear}
      {weekday}, {day} {month}
      {weekdayShort} {day2}/{month2}/{recentYear}
      {title} ({day2}/{month2}/{recentYear})
      {title}, {day} {month}
      {title} - {weekday} {day} {month}
      As of {month} {day}, {recentYear}
      Week of {day} {month}
      {format} for {weekday}, {month} {day}
      """,
    ])
}

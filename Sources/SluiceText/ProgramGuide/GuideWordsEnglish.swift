extension GuideLexicon {
  /// The English words by slot.
  static let englishWords: [GuideSlot: String] = [
    .noun: """
    the Harbour, the Bridge, the House, the Garden, the Island, the Village, the Tower, the Mill, the Valley,
    the Forest, the Coast, the Marsh, the River, the City, the Castle, the Station, the Workshop, the Meadow,
    the Cellar, the School, the Boat, the Letter, the Clock, the Painting, the Key, the Lantern, the Piano,
    the Overcoat, the Fiddle, the Window, the Mirror, the Map, the Rope, the Compass, the Staircase, the Gate,
    the Suitcase, the Bell, the Wheel, the Circus, the Bakery, the Inn, the Market, the Ferry, the Tent, the
    Storm, the Night, the Ice, the Fog, the Tide, the Thunder, the Summer, the Silence, the Light, the Shadow,
    the Trail, the Riddle, the Dream, the Lie, the Secret, the Farewell, the Homecoming, the Promise, the
    Gardener, the Neighbour, the Child, the Pilot, the Ranger, the Orchestra, the Postman, the Judge, the
    Clockmaker, the Heiress, the Girl, the Stranger, the Cook, the Dog, the Cat, the Horse, the Wolf, the
    Crow, the Sheep, the Fox, the Bee, the Otter, the Crane, the Owl, the Badger, the Snail, the Teapot, the
    Kite, the Orchard
    """,
    .adjective: """
    Quiet, Cold, Old, Red, Blue, Last, First, Great, Little, Dark, Bright, Foreign, Lost, Secret, Wild, Weary,
    Lovely, Distant, Empty, Sweet, Bitter, Golden, Silver, Green, Grey, Idle, Daring, Crooked, Forgotten,
    Forbidden, Invisible, Frozen, Lucky, Curious, Stolen, Hidden, Double, Broken, Endless, Brief, Long,
    Patient, Noisy, Hollow, Wooden, Borrowed, Restless, Gentle, Hungry, Seventh
    """,
    .place: """
    York, Durham, Whitby, Leeds, Bath, Exeter, Truro, Penzance, Dover, Hastings, Brighton, Oxford, Ely,
    Norwich, Lincoln, Derby, Chester, Kendal, Carlisle, Stirling, Perth, Inverness, Oban, Cardiff, Swansea,
    Bangor, Galway, Cork, Sligo, Derry, Boston, Portland, Denver, Memphis, Savannah, Toronto, Halifax, Quebec,
    Sydney, Hobart, Wellington, Dunedin, Nairobi, Lisbon, Geneva, Oslo, Bergen, Turin, Krakow, Vienna
    """,
    .name: """
    Tom, Alice, Harry, Edith, Walter, Ruby, George, Maud, Percy, Nell, Arthur, Flora, Hugh, Daisy, Ralph, Ivy,
    Stanley, Pearl, Leonard, Hazel, Dennis, Beryl, Oliver, Olive, Graham, Judith, Callum, Moira, Fergus,
    Ailsa, Rhys, Bronwen, Declan, Aoife, Wesley, Loretta, Clyde, Mabel, Duncan, Peggy
    """,
    .surname: """
    Hallow, Ashcombe, Brindle, Cartmell, Dunmore, Eastwick, Farrow, Greaves, Hathersage, Ingleby, Jessop,
    Kettering, Larkspur, Merriweather, Nettleton, Oakshott, Pemberley, Quill, Ravensworth, Silverdale,
    Thackeray-Moss, Underhill, Vickers, Wetherby, Yardley, Applegarth, Birdwhistle, Coldwell, Drummond,
    Elphick, Fothergill, Garsdale, Holloway, Iverson, Kirkbride, Lovelace-Hunt, Mossop, Northcote, Ormsby,
    Tattersall
    """,
    .scene: """
    by the River, in the Woods, behind the Dunes, under the Bridge, on the Island, in the Fog, at the End of
    the Road, across the Marsh, over the Rooftops, without a Map, in the Rain, at Low Tide, after Midnight,
    before the Storm, out of Nowhere, in the Shadow of the Hills, at the Edge of Town, between the Years, on
    the High Seas, in the Old Cinema, among Wolves, with Empty Hands, against the Wind, on the Fourth Floor,
    in the Attic, for Breakfast, for Beginners, behind Glass, in Borrowed Shoes, under a Paper Moon, in the
    Snow, at Any Price
    """,
    .genitive: """
    the Night, the Sea, Silence, Summer, the Mountains, the Wind, Wolves, My Father, Three Sisters, the King,
    Bees, Chance, Memory, the North, Strangers, Fortune, Dreams, the Clockmaker, the Island, Quiet Men, the
    Tides, Winter, Love, Treason, Fear, the Plan, the Furniture, the Family
    """,
    .following: """
    the River, the Trail, the Moon, the Wind, Your Heart, the White Horse, the Music, the Money, the Crows,
    the Light, the Coast, Me Home, the Red Thread, the Stars, Your Sister, the Smoke
    """,
    .plural: """
    Wolves, Crows, Brothers, Sisters, Letters, Lies, Roses, Suitcases, Nights, Wishes, Doors, Windows, Steps,
    Islands, Bridges, Clocks, Children, Songs, Pictures, Fiddles, Stars, Shadows, Apples, Dogs, Boats, Friends
    """,
    .compoundHead: """
    Night, Moon, Winter, Shore, Wood, Summer, Heart, Star, Fire, Ice, Storm, Mist, Ghost, Silver, Garden,
    Harbour, Stone, Island, Hill, River, Rain, Sand, Shadow, Light, Dream, Wolf, Bear, Thunder, Honey, Cherry
    """,
    .compoundTail: """
    fall, light, hunt, song, play, watch, shift, walk, dance, whisper, road, path, kitchen, guest, wind,
    house, ride, keeper, tales, dreams, sisters, yard, riddle, seekers, blossom, gate, craft, field
    """,
    .country: """
    USA, US, UK, GB, France, Germany, Ireland, Italy, Canada, Australia, Japan, Denmark, Sweden, Norway,
    Poland, Spain, Austria, India, Brazil, Hungary, Belgium, South Korea, New Zealand, Mexico
    """,
    .genre: """
    Feature film, Drama, Crime drama, Comedy, Documentary, Thriller, Western, Adventure film, TV movie, Short
    film, Animation, Romance, Period drama, Musical, Wildlife film, Mystery, Melodrama, Silent film, Film
    noir, Family film, Science fiction, War film
    """,
    .event: """
    Semi-final, Quarter-final, Final, Opening concert, Women's downhill, Ski jumping, Handball, Table tennis,
    Rowing regatta, Marathon, New Year's concert, Night at the opera, Church service, Parliamentary debate,
    Cycling, Indoor trophy, Figure skating, Biathlon, Rock festival, Dressage, Volleyball, Swimming
    championship, Award ceremony, Carnival parade, Boxing night, Snooker, Cricket, Darts
    """,
    .region: """
    Wales, Scotland, Yorkshire, Cornwall, Ulster, the North, the South, the Region, East Anglia, the Midlands,
    the Islands, Devon, Europe, Asia, the City, Kent, the Borders, Lancashire
    """,
    .topic: """
    Weather, Sport, Markets, Travel, Arts, Politics, Business, Lottery Results, Traffic, Pollen Count,
    Shipping Forecast, Finance
    """,
    .format: "Programme, Edition, Broadcast, Show, Magazine, Episode, Debate, Report, Interview, Round-up",
    .weekday: "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
    .weekdayShort: "Mon, Tue, Wed, Thu, Fri, Sat, Sun",
    .month: """
    January, February, March, April, May, June, July, August, September, October, November, December
    """,
    .ordinal: "One, Two, Three, Four, Five, Six",
  ]
}

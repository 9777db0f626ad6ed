/// Made-up vocabulary with the stem of each word: English roots and the rules that inflect and derive them.
/// Data to try an embedding of words on without any file.
public enum Inflections {
  /// All words, in the order of their roots.
  public static let wordStems = WordStems(
    roots(verbs).flatMap { root in pairs(root, ["", "s", "ed", "ing", "er", "ers"]) }
      + roots(nouns).flatMap { root in pairs(root, ["", "s", "less", "ful", "fully"]) }
      + roots(adjectives).flatMap { root in pairs(root, ["", "er", "est", "ly", "ness"]) })

  private static func roots(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private static func pairs(_ root: String, _ endings: [String]) -> [(word: String, stem: String)] {
    endings.map { (attach($0, to: root), root) }
  }

  /// Spelling at the seam: a silent e goes before a vowel, y becomes i, a short vowel doubles its consonant,
  /// and a hiss takes es.
  static func attach(_ ending: String, to root: String) -> String {
    guard let first = ending.first, let last = root.last else { return root + ending }
    let before = root.dropLast().last ?? " "
    let startsWithVowel = isVowel(first)
    if last == "y", !isVowel(before), first != "i" {
      let seam = ending == "s" ? "es" : ending
      return root.dropLast() + "i" + seam
    }
    if last == "e", startsWithVowel { return root.dropLast() + ending }
    if ending == "s", "sxz".contains(last) || root.hasSuffix("ch") || root.hasSuffix("sh") {
      return root + "es"
    }
    if startsWithVowel, doubles(root) { return root + String(last) + ending }
    return root + ending
  }

  /// Whether the last consonant is doubled before a vowel: one syllable that ends in one vowel and one
  /// consonant.
  private static func doubles(_ root: String) -> Bool {
    let letters = Array(root)
    guard letters.count >= 3, let last = letters.last, !isVowel(last), !"wxy".contains(last) else {
      return false
    }
    let vowels = letters.count(where: isVowel)
    return vowels == 1 && isVowel(letters[letters.count - 2])
  }

  private static func isVowel(_ letter: Character) -> Bool { "aeiou".contains(letter) }

  private static let verbs = """
    walk talk jump climb paint plant water carry hurry worry marry study copy play stay spray bake make rake shake
    hike bike like smoke joke poke trade shade fade hope cope vote note race face place trace dance glance prance
    plan scan ban tan chat pat stop shop hop drop chop stir blur hug tug beg jog log hum drum swim trim skim stun
    watch catch pitch stitch march lurch launch munch crunch push brush crash flash wash polish finish vanish
    miss press dress guess pass toss cross fix mix box wax buzz help jump camp stamp pump limp burn learn turn earn
    yearn warn form storm warm farm harm charm sort snort report export import deport transport support count
    mount amount discount follow borrow sorrow bellow yellow open happen listen offer suffer differ gather
    wander wonder ponder hammer stammer number remember consider deliver discover recover cover hover
    invent prevent present resent consent collect connect correct direct inspect respect suspect expect
    observe reserve deserve preserve serve curve carve starve solve involve resolve revolve believe achieve receive
    deceive argue rescue value continue pursue explore ignore restore adore store score desire admire inspire
    require acquire retire fire hire wire tire compare prepare declare share scare stare blame frame name tame
    flame claim aim gain train drain strain explain complain remain contain obtain sustain
    """

  private static let nouns = """
    hope care fear harm help use shame taste thought power cheer color doubt event faith force fruit grace joy law
    mercy mind pain peace pity play purpose regret respect rest skill sorrow spite thank truth waste watch wonder
    worth youth beauty bounty duty fancy plenty breath cloud end fault friend home house name root seed sense
    sleep sound spot star stain tear tooth track tree wire word work heart blame need tact dream guile resource
    event flavor form limit lid
    """

  private static let adjectives = """
    quick slow soft hard bright dark light deep steep cheap great small tall short long strong weak sharp blunt dull
    clear near dear smart brave grave safe pale stale rare bare late wide wise nice fine strange gentle simple
    humble noble subtle able happy lazy crazy easy heavy busy dirty empty tidy ready steady sturdy hungry angry
    lucky muddy windy sunny rainy cloudy dusty rusty thirsty guilty healthy wealthy worthy lovely lonely friendly
    lively holy ugly early silly jolly chilly thin slim trim grim dim big fat flat hot wet sad mad red glad fit
    kind mild wild cold bold old calm firm stern warm cool full dense tense close loose coarse fierce scarce crisp
    brisk damp plump rich poor proud loud round sound broad plain vain green clean lean keen mean rough tough
    fresh harsh rash lush swift strict fair odd vast rude crude cute mute polite remote secure pure sure mature
    """
}

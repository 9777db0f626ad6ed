/// What is said where a finding begins; made only then, since it takes memory.
struct Claim {
  var place = ""
  var evidence: String
  /// What to try, where the figures say more than the ailment alone.
  var hint: String?
  var remedy: Remedy?
}

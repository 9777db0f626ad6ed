/// What is said where a finding begins, or would be if a suspicion became one; made once, since it takes memory.
struct Claim {
  /// The name and the severity, where they are not those of the ailment.
  var name: String?
  var severity: Severity?
  var place = ""
  var evidence: String
  /// What to try, where the figures say more than the ailment alone.
  var hint: String?
  var remedy: Remedy?
}

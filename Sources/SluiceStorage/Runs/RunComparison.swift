import SluiceCore

/// Whether a training would make the run that is in its folder once more, or another one in its place.
struct RunComparison {
  private let directory: RunDirectory
  private let earlier: StoredDescription

  init(_ directory: RunDirectory, _ earlier: StoredDescription) {
    self.directory = directory
    self.earlier = earlier
  }

  /// Throws for a run of another job, or with other settings.
  func check<Settings: Codable>(job: String, settings: Settings) throws(StorageError) {
    let earlierJob = earlier.members.value("job")?.string ?? ""
    guard earlierJob.utf8.elementsEqual(job.utf8) else {
      throw refusal("a run of the job \(quoted(earlierJob)), asked for \(quoted(job))")
    }
    let asked = try value(of: settings)
    let differences = Self.differences(earlierSettings(as: Settings.self), asked, "settings")
    guard let first = differences.first else { return }
    let shown = ([first] + differences.dropFirst().prefix(2)).joined(separator: "; ")
    let more = differences.count > 3 ? "; and \(differences.count - 3) more" : ""
    throw refusal("a run with other settings: \(shown)\(more)")
  }

  /// Throws for a run that was trained on other data.
  func check(data: (some Encodable)?, fingerprint: String?) throws(StorageError) {
    let earlierData = earlier.members.value("data") ?? .null
    let asked = try value(of: data)
    if let fingerprint, let other = earlier.members.value(RunDirectory.fingerprintKey)?.string {
      guard other != fingerprint else { return }
      let differences = Self.differences(earlierData, asked, "data")
      throw refusal(
        "a run on other data: "
          + (differences.first ?? "\(Self.text(asked)) has other contents than when that was trained"))
    }
    guard let difference = Self.differences(earlierData, asked, "data").first else { return }
    throw refusal("a run on other data: \(difference)")
  }

  /// Throws for a run that began from something else.
  func check(_ asked: (some Encodable)?, as member: String) throws(StorageError) {
    let earlier = earlier.members.value(member) ?? .null
    guard let difference = Self.differences(earlier, try value(of: asked), member).first else { return }
    throw refusal("a run that began from something else: \(difference)")
  }

  /// The earlier settings as this version would write them, so that one which that version did not know has its usual value; as
  /// they are if they cannot be read.
  private func earlierSettings<Settings: Codable>(as _: Settings.Type) -> JSONValue {
    if let holder = try? earlier.read(SettingsHolder<Settings>.self),
      let value = try? value(of: holder.settings)
    {
      return value
    }
    return earlier.members.value("settings") ?? .null
  }

  private func value(of value: some Encodable) throws(StorageError) -> JSONValue {
    let bytes = try JSONFile.encode(value, for: directory.configuration, forPeople: false)
    return (try? JSONValue(parsing: bytes)) ?? .null
  }

  private func refusal(_ found: String) -> StorageError {
    StorageError(
      .occupied, path: directory.path, expected: "an earlier run of the same job, settings and data, or none",
      found: found, advice: "Give another --out, or --overwrite to replace the run.")
  }

  /// What differs, each as `settings.units is 8, asked for 4`, in the order of keys.
  private static func differences(_ earlier: JSONValue, _ asked: JSONValue, _ place: String) -> [String] {
    if earlier == asked || (earlier.double != nil && earlier.double == asked.double) { return [] }
    guard let old = earlier.object, let new = asked.object else {
      return ["\(place) is \(text(earlier)), asked for \(text(asked))"]
    }
    let keys = Set(old.members.map(\.key)).union(new.members.map(\.key)).sorted {
      $0.precedesByCodePoints($1)
    }
    return keys.flatMap { differences(old[$0] ?? .null, new[$0] ?? .null, "\(place).\($0)") }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "not given"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): quoted(value)
    case .array(let elements):
      "[" + elements.prefix(4).map(text).joined(separator: ", ") + (elements.count > 4 ? ", …]" : "]")
    case .object(let object):
      object.members.isEmpty
        ? "none" : object.members.prefix(4).map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
    }
  }
}

/// The part of a description that is compared.
private struct SettingsHolder<Settings: Decodable>: Decodable {
  let settings: Settings
}

extension RunDirectory {
  /// The description of the earlier run to compare with.
  ///
  /// - Throws: `occupied` if it cannot be read: what nobody can judge is not replaced without being asked to.
  func comparable() throws(StorageError) -> StoredDescription {
    do {
      return try storedDescription()
    } catch {
      throw StorageError(
        .occupied, path: path, expected: "an earlier run that can be compared with this training, or none",
        found:
          "one whose description cannot be read (\(error.path): expected \(error.expected), found \(error.found))",
        advice: "Give another --out, or --overwrite to replace the run.")
    }
  }
}

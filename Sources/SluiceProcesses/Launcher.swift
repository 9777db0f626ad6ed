import CLibrary

/// A launcher of MPI that has started this process, as far as the environment tells.
struct Launcher {
  /// The variable that tells it.
  let variable: String
  /// Its name for people.
  let name: String

  /// What launchers leave: each sets one of these for every process that it starts, also where it starts one.
  private static let known = [
    ("PMI_RANK", "mpiexec of MPICH or Intel MPI, or srun"), ("PMIX_RANK", "a launcher with PMIx"),
    ("OMPI_COMM_WORLD_RANK", "mpiexec of Open MPI"),
  ]

  /// The launcher of this process; nil where there is none.
  static var current: Launcher? {
    for (variable, name) in known where environment(variable) != nil {
      return Launcher(variable: variable, name: name)
    }
    return nil
  }

  /// The value of an environment variable; nil for one that is not set, or empty.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}

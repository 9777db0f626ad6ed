/// Kernels of recurrent cells: everything of a time step that is no matrix product.
///
/// A GRU keeps four blocks of `units` columns for each row: candidate n, reset r, update z, and q, the recurrent
/// part of the candidate before the reset gate. In this order the gradients of the input weights (n, r, z)
/// and those of the recurrent weights (r, z, q) are both consecutive columns.
@safe
public struct RecurrentKernels: Sendable {
  /// Completes one time step of `rows` sequences.
  ///
  /// - `gates` [rows, 4·units]: in, the input's share of n, r, z; out, the activated n, r, z and q.
  /// - `product` [rows, 3·units]: the previous state times the weights of r, z, n.
  /// - `previous` [rows, units]: the previous state.
  /// - `candidateBias` [units]: the bias inside the reset gate.
  /// - `state` [rows, units]: out, the new state.
  /// - `outputs`: row `outputRows[i]` of it gets the new state of row i.
  public typealias GRUForward =
    @Sendable (
      _ gates: Target, _ product: Source, _ previous: Source, _ candidateBias: Source, _ state: Target,
      _ outputs: Target, _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
    ) -> Void

  /// Goes back through one time step, all but the product with the recurrent weights.
  ///
  /// - `gates` [rows, 4·units]: in, the activated n, r, z and q; out, the gradients of n, r, z before their
  ///   activation and of q.
  /// - `previous` [rows, units]: the previous state.
  /// - `dState` [rows, units]: in, the gradient of the new state from later steps; out, the part of the previous state's that does
  ///   not go through the recurrent weights.
  /// - `dOutputs`: row `outputRows[i]` of it is added to the gradient of row i's new state; may be null.
  public typealias GRUBackward =
    @Sendable (
      _ gates: Target, _ previous: Source, _ dState: Target, _ dOutputs: Source?,
      _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
    ) -> Void

  public let gruForward: GRUForward
  public let gruBackward: GRUBackward

  public init(gruForward: @escaping GRUForward, gruBackward: @escaping GRUBackward) {
    unsafe self.gruForward = gruForward
    unsafe self.gruBackward = gruBackward
  }
}

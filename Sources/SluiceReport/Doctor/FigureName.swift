/// What a figure of a log is, by the names that frameworks give it.
enum FigureName {
  case loss, validationLoss, rate, gradientNorm, step

  /// The figures whose names have been met elsewhere, the most telling first: where a line has several, the first counts.
  private static let names: [(FigureName, [String])] = [
    (
      .loss,
      [
        "loss", "train_loss", "training_loss", "loss_train", "loss_training", "train_loss_step", "loss_step",
        "step_loss",
        "train_step_loss", "batch_loss", "train_batch_loss", "train_loss_epoch", "epoch_loss",
        "train_epoch_loss",
      ]
    ),
    (
      .validationLoss,
      [
        "val_loss", "validation_loss", "valid_loss", "eval_loss", "dev_loss", "loss_val", "loss_validation",
        "loss_valid",
        "loss_eval", "val_loss_epoch", "epoch_validation_loss", "epoch_val_loss", "validation_epoch_loss",
        "val_epoch_loss",
      ]
    ),
    (
      .rate,
      [
        "learning_rate", "lr", "step_learning_rate", "train_learning_rate", "train_lr", "epoch_learning_rate",
        "epoch_lr",
      ]
    ),
    (
      .gradientNorm,
      [
        "grad_norm", "gradient_norm", "step_gradient_norm", "train_grad_norm", "train_gradient_norm",
        "total_grad_norm",
        "grad_norm_total", "grad_2_0_norm_total", "grad_2_norm_total",
      ]
    ),
    (
      .step,
      [
        "step", "global_step", "train_global_step", "trainer_global_step", "_step", "iteration", "iter", "it",
        "n_iter",
      ]
    ),
  ]

  private static let ranks: [String: (name: FigureName, rank: Int)] = {
    var ranks: [String: (name: FigureName, rank: Int)] = [:]
    for (name, spellings) in names {
      for (rank, spelling) in spellings.enumerated() { ranks[spelling] = (name, rank) }
    }
    return ranks
  }()

  /// What the figure under a key or tag is, and how far back in the list its spelling is; nil for none that is known.
  static func of(_ key: String) -> (name: FigureName, rank: Int)? {
    guard key.utf8.count <= 64 else { return nil }
    let plain = String(
      decoding: key.utf8.map { byte -> UInt8 in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
    // Lightning names the rate after the optimizer: `lr-Adam`.
    return ranks[plain] ?? (plain.hasPrefix("lr_") ? (.rate, 100) : nil)
  }
}

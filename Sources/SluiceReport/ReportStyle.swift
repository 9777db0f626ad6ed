/// The looks of a report, light and dark, from a phone's width on.
enum ReportStyle {
  /// The colors that tell runs and curves apart: `c0`, `c1` and so on.
  static let colors = 8

  static let sheet = """
    :root{--ground:#fff;--card:#f6f8fa;--ink:#1f2328;--quiet:#59636e;--line:#dfe4ea;--c0:#2f74b5;--c1:#b8500f;\
    --c2:#2c7a4b;--c3:#7a3fa0;--c4:#9a1f6b;--c5:#5b6770;--c6:#8a6a00;--c7:#007a86;--alarm:#b3123f;--pale:#e4edf6;--strong:#0b4f94}
    @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--card:#151b23;--ink:#e6edf3;--quiet:#9da7b3;\
    --line:#2a313a;--c0:#58a6ff;--c1:#f08c4a;--c2:#5fc98a;--c3:#c39bea;--c4:#f08bd0;--c5:#b3bfca;--c6:#e3c04b;--c7:#4fd0dc;--alarm:#ff7b9c;--pale:#17283b;--strong:#7cc0ff}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:15px/1.45 'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif}
    main{max-width:1240px;margin:0 auto;padding:16px;overflow-wrap:anywhere}
    h1{font-size:22px;margin:0 0 8px}h2{font-size:17px;margin:28px 0 8px}h3{font-size:15px;margin:12px 0 4px}
    p{margin:4px 0}.quiet{color:var(--quiet)}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:12px;\
    grid-auto-flow:dense}
    figure{margin:0;padding:10px 12px;background:var(--card);border:1px solid var(--line);border-radius:8px;min-width:0}
    .wide{grid-column:1/-1}
    figure .flow-ground{fill:none}figure .flow-value{stroke:var(--card)}
    figcaption{font-weight:600;font-size:13px;margin-bottom:6px}
    figure>svg{display:block;width:100%;max-width:640px;height:auto}
    .scroll{overflow-x:auto}.scroll svg{display:block}
    svg text{font-size:11px;fill:var(--quiet)}
    .grid path.grid{stroke:var(--line);stroke-width:1;fill:none}
    .curve{fill:none;stroke-width:1.6;stroke-linejoin:round}
    .spot{fill:transparent;stroke:none}.spot:hover{fill:currentColor}
    .curve{stroke:currentColor}
    .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}
    .c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
    .curve.d1{stroke-dasharray:6 3}.curve.d2{stroke-dasharray:2 3}.dot{fill:currentColor}
    .alarm path{stroke:var(--alarm);stroke-width:1;stroke-dasharray:3 3;fill:none}
    .alarm .flag{fill:var(--alarm);stroke-dasharray:none}
    .alarm .hold{stroke:transparent;stroke-width:12;stroke-dasharray:none}
    .heat{fill:color-mix(in srgb,var(--strong) var(--h),var(--pale))}
    .none{fill:var(--line)}.heat:hover,.none:hover{stroke:var(--alarm);stroke-width:1.5}
    .key{display:inline-block;width:20px;border-top:3px solid;vertical-align:middle}
    .key.d1{border-top-style:dashed}.key.d2{border-top-style:dotted}
    .legend{font-size:12px;color:var(--quiet)}.item{display:inline-block;margin-right:12px}\
    .alarms{padding-left:20px}.alarms li{margin-bottom:8px}
    .alarms b{color:var(--alarm)}
    table{border-collapse:collapse;font-size:13px}
    th{text-align:left;font-weight:400}td{text-align:right;font-variant-numeric:tabular-nums}
    th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);white-space:nowrap}
    thead th,thead td{font-weight:600;color:var(--quiet)}
    td.text{text-align:left;white-space:normal;min-width:9em}td.best{font-weight:700}
    .near td.text{min-width:0}.near th{vertical-align:top}
    .shade{background:color-mix(in srgb,var(--strong) var(--h),transparent);padding-left:8px;padding-right:8px}
    .matrix th,.matrix td{padding:3px 6px}.matrix td{text-align:center;border:1px solid var(--line)}
    .upright{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;vertical-align:bottom}
    .bar{fill:color-mix(in srgb,var(--strong) var(--h),var(--pale))}.ideal{stroke:var(--quiet);stroke-dasharray:4 3}
    .tables{grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));align-items:start}
    .examples{padding-left:26px;max-width:900px}.examples li{margin-bottom:8px}
    details{margin:8px 0}summary{cursor:pointer;font-weight:600}
    """
}

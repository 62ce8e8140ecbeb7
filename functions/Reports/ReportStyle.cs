namespace CloudPos.Functions.Reports;

/// <summary>
/// How a report looks on a screen and on A4. Nothing is fetched: the fonts are the reader's own.
/// </summary>
internal static class ReportStyle
{
    public const string Css = """
        body { font: 14px/1.45 system-ui, "Segoe UI", Arial, sans-serif; color: #111; background: #fff;
          max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.6rem; margin: 0 0 .2rem }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #111 }
        p { margin: .3rem 0 }
        table { border-collapse: collapse; width: 100%; margin: .6rem 0 1.2rem }
        caption { text-align: left; font-weight: 600; padding: .2rem 0 }
        th, td { text-align: left; vertical-align: top; padding: .22rem .5rem; font-weight: 400;
          border-bottom: 1px solid #bbb }
        thead th { font-weight: 600; border-bottom: 1px solid #111; vertical-align: bottom }
        .k { white-space: nowrap }
        .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
        .sum th, .sum td { font-weight: 600; border-top: 1px solid #111; border-bottom: 3px double #111 }
        .facts { list-style: none; padding: 0; margin: 1rem 0 }
        .facts li { border-left: .45rem solid #1a6b2f; padding: .25rem .7rem; margin: .3rem 0;
          background: #f3f7f4 }
        .facts li.bad { border-color: #a11; background: #fbefef }
        figure { margin: 1rem 0 } figcaption { font-weight: 600 } svg { max-width: 100%; height: auto }
        .mono { font-family: ui-monospace, Consolas, monospace; font-size: .8em; overflow-wrap: anywhere }
        @page { size: A4; margin: 14mm 14mm 18mm }
        @media print {
          body { margin: 0; max-width: none; font-size: 10pt; padding: 0 }
          tr, li, table { break-inside: avoid }
          th, td { padding: .16rem .3rem }
          h2, caption, thead { break-after: avoid }
          .facts li { -webkit-print-color-adjust: exact; print-color-adjust: exact }
        }
        """;
}

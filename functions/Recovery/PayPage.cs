using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// The page of a payment link as HTML. Style and script stand in it and are allowed by their digests; nothing
/// else is loaded, sent or framed, nothing is kept by the browser, and no address is told to anybody. It
/// works without the script. What was typed is never shown again.
/// </summary>
internal static class PayPage
{
    private const string Style = """
        :root{color-scheme:light;font:17px/1.5 system-ui,sans-serif;color:#1c2430;background:#eef1f5}
        body{margin:0;min-height:100vh;display:grid;place-items:start center;padding:16px}
        *{box-sizing:border-box}
        main{width:100%;max-width:440px;background:#fff;border-radius:14px;padding:24px;
        box-shadow:0 1px 3px #0002;margin-top:4vh}
        h1{font-size:1.55rem;line-height:1.25;margin:.2em 0 .4em}p{margin:.5em 0}
        .shop{font-weight:600;margin:0}.note{color:#4a5566;font-size:.92rem}
        label{display:block;font-weight:600;margin:16px 0 6px}
        input{width:100%;font:inherit;font-size:1.15rem;padding:12px;min-height:50px;
        border:1px solid #77808f;border-radius:8px;background:#fff;color:inherit}
        input[aria-invalid]{border:2px solid #a4121f}
        input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #1a5fd0;outline-offset:2px}
        button,.button{display:block;width:100%;min-height:54px;margin-top:22px;border:0;
        border-radius:10px;background:#14549f;color:#fff;font:inherit;font-weight:700;font-size:1.1rem;
        text-align:center;text-decoration:none;padding:13px;cursor:pointer}
        button[disabled]{background:#5a6b80;cursor:progress}
        .bad{background:#fdecec;color:#7d0d17;border-radius:8px;padding:12px}
        .good{background:#e5f4e9;color:#0f5323;border-radius:8px;padding:12px}
        """;

    /// <summary>One post for two taps, and the answer without anybody asking for it.</summary>
    private const string Script = """
        const form = document.querySelector("form");
        form?.addEventListener("submit", () => {
          const button = form.querySelector("button");
          button.textContent = button.dataset.wait;
          setTimeout(() => { button.disabled = true; });
        });
        addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
        const look = async () => {
          try {
            const answer = await fetch(location.href, { cache: "no-store" });
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            if (answer.status < 500 && page.body.dataset.show !== "Asking") return location.reload();
          } catch { /* The line is down; it is looked again. */ }
          setTimeout(look, 2500);
        };
        if (document.body.dataset.show === "Asking") setTimeout(look, 1500);
        """;

    /// <summary>Headers of every answer behind a payment link.</summary>
    public static IReadOnlyList<(string Name, string Value)> Guards { get; } =
    [
        ("Content-Security-Policy",
            $"default-src 'none'; style-src '{Digest(Style)}'; script-src '{Digest(Script)}'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Robots-Tag", "noindex, nofollow, noarchive"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ];

    public static Answer Of(PayView view, string languages)
    {
        var texts = PayTexts.Of(languages);
        return new Answer(
            view.Status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Html(view, texts)),
            view.Show switch
            {
                PayShow.TooOften => TimeSpan.FromMinutes(10),
                PayShow.NoLine => TimeSpan.FromMinutes(1),
                _ => null,
            })
        {
            Headers = Guards,
        };
    }

    private static string Html(PayView view, PayTexts texts)
    {
        var title = view.Show == PayShow.Form
            ? texts["pay", texts.Locale.Amount(view.Case!.Amount)]
            : texts[$"{view.Show}"];
        var html = new StringBuilder($"<!doctype html>\n<html lang=\"{texts.Locale.Language}\"><head>");
        html.Append("<meta charset=\"utf-8\"><meta name=\"viewport\" ")
            .Append("content=\"width=device-width, initial-scale=1\">")
            .Append("<meta name=\"robots\" content=\"noindex, nofollow\"><title>")
            .Append(Printed.Html(title)).Append("</title><style>").Append(Style)
            .Append(CultureInfo.InvariantCulture, $"</style></head>\n<body data-show=\"{view.Show}\">")
            .Append("<main>\n");
        if (view.Merchant is { } merchant)
            html.Append("<p class=\"shop\">").Append(Printed.Html(merchant.Name)).Append("</p>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Printed.Html(title)}</h1>\n");
        if (view.Case is { } known && view.Show is PayShow.Form or PayShow.Asking or PayShow.Paid)
            Note(html, texts["for", known.ReceiptNumber, texts.Locale.Date(known.BusinessDate)]);
        if (view.Show == PayShow.Form)
            Form(html, view, texts);
        else
            Told(html, view, texts);
        if (view.Store is { } store)
            Note(html, texts["shop", string.Join(", ", store.Address.Prepend(store.Name))]);
        return html.Append("</main><script type=\"module\">").Append(Script)
            .Append("</script></body></html>\n").ToString();
    }

    private static void Told(StringBuilder html, PayView view, PayTexts texts)
    {
        var text = view.Show == PayShow.Paid
            ? texts["Paid.text", texts.Locale.Amount(view.Case!.Amount), view.Case.Tries[^1].LastFour]
            : texts[$"{view.Show}.text"];
        var kind = view.Show == PayShow.Paid ? " class=\"good\"" : "";
        html.Append(CultureInfo.InvariantCulture, $"<p role=\"status\"{kind}>{Printed.Html(text)}</p>\n");
        if (view.Show is PayShow.Asking or PayShow.NoLine or PayShow.TooOften)
            html.Append(CultureInfo.InvariantCulture,
                $"<a class=\"button\" href=\"\">{Printed.Html(texts["again"])}</a>\n");
    }

    private static void Form(StringBuilder html, PayView view, PayTexts texts)
    {
        if (view.Fault != PayFault.None)
            Bad(html, texts[$"fault.{view.Fault}"]);
        else if (view.DeclinedLastFour is { } four)
            Bad(html, texts["declined", four]);
        else
            html.Append(CultureInfo.InvariantCulture, $"<p>{Printed.Html(texts["why"])}</p>\n");
        html.Append("<form method=\"post\" action=\"\" autocomplete=\"on\">\n")
            .Append("<input type=\"hidden\" name=\"try\" ")
            .Append(CultureInfo.InvariantCulture, $"value=\"{view.Try}\">\n");
        Field(html, "number", texts["number"], "cc-number", 23,
            view.Fault is PayFault.Number or PayFault.Denied);
        Field(html, "expiry", texts["expiry"], "cc-exp", 9,
            view.Fault is PayFault.Expiry or PayFault.Expired);
        html.Append(CultureInfo.InvariantCulture,
            $"<button type=\"submit\" data-wait=\"{Printed.Html(texts["wait"])}\">")
            .Append(Printed.Html(texts["pay", texts.Locale.Amount(view.Case!.Amount)]))
            .Append("</button>\n</form>\n");
        Note(html, texts["safe"]);
    }

    private static void Field(
        StringBuilder html, string name, string label, string autocomplete, int length, bool isWrong) =>
        html.Append(CultureInfo.InvariantCulture, $"<label for=\"{name}\">{Printed.Html(label)}</label>\n")
            .Append(CultureInfo.InvariantCulture, $"<input id=\"{name}\" name=\"{name}\" type=\"text\" ")
            .Append(CultureInfo.InvariantCulture, $"inputmode=\"numeric\" autocomplete=\"{autocomplete}\" ")
            .Append(CultureInfo.InvariantCulture, $"maxlength=\"{length}\" spellcheck=\"false\" required")
            .Append(isWrong ? " aria-invalid=\"true\" aria-describedby=\"fault\" autofocus>\n" : ">\n");

    private static void Bad(StringBuilder html, string text) => html
        .Append("<p class=\"bad\" role=\"alert\" id=\"fault\">").Append(Printed.Html(text)).Append("</p>\n");

    private static void Note(StringBuilder html, string text) => html.Append(
        CultureInfo.InvariantCulture, $"<p class=\"note\">{Printed.Html(text)}</p>\n");

    private static string Digest(string text) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

using System.Net;
using System.Text.RegularExpressions;

namespace CloudPos.Local.Story;

/// <summary>
/// The customer whose card was declined afterwards: reads the mail, opens the link and pays with another
/// card, twice by a nervous finger. Knows nothing but what is in the mail and on the page.
/// </summary>
internal sealed partial class PayingCustomer(string mails) : IDisposable
{
    /// <summary>A published test number that no till of the story is shown.</summary>
    public const string Card = "5555555555554444";

    private readonly HttpClient _browser = new(new HttpClientHandler { AllowAutoRedirect = false });

    /// <summary>Where the mail leads; null while none has come.</summary>
    public Uri? Link() => !Directory.Exists(mails) ? null : Directory.EnumerateFiles(mails, "link.*.eml")
        .Select(path => Address().Match(SoftBreak().Replace(File.ReadAllText(path), "")))
        .Where(found => found.Success).Select(found => new Uri(found.Value)).FirstOrDefault();

    public async Task<bool> IsShown(Uri link, string show)
    {
        try
        {
            return (await _browser.GetStringAsync(link)).Contains(
                $"data-show=\"{show}\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException down) when (down.StatusCode is HttpStatusCode.BadGateway or null)
        {
            return false;
        }
    }

    /// <summary>Fills the form in and taps twice.</summary>
    public async Task Pay(Uri link)
    {
        var taps = await Task.WhenAll(Tap(link), Tap(link));
        if (taps.Any(status => status != HttpStatusCode.SeeOther))
            throw new InvalidOperationException($"The page answered {string.Join(" and ", taps)}.");
    }

    public void Dispose() => _browser.Dispose();

    private async Task<HttpStatusCode> Tap(Uri link)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["try"] = "1", ["number"] = Card, ["expiry"] = "12/30",
        });
        using var answer = await _browser.PostAsync(link, form);
        return answer.StatusCode;
    }

    /// <summary>A mail's lines end softly where they are too long (RFC 2045, 6.7).</summary>
    [GeneratedRegex("=\r?\n")]
    private static partial Regex SoftBreak();

    [GeneratedRegex(@"https?://[^\s""<]+/api/pay/[A-Za-z0-9_-]+")]
    private static partial Regex Address();
}

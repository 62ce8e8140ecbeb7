using System.Globalization;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// One private field of a dialect: its text in a live request and in a deferred one; null leaves it out. In
/// all, <c>{offline}</c> stands for the sale's time in UTC as yyyyMMddHHmmss, and <c>{offline:yyMMddHHmm}</c>
/// for the same in another form. The deferred flag and the offline time are rows of this kind, since every
/// network puts them elsewhere.
/// </summary>
/// <param name="Resubmitted">In a try after a decline; as the deferred one where it is null.</param>
internal sealed record DialectField(
    int Field, string? Live = null, string? Deferred = null, string? Resubmitted = null)
{
    public const string OfflineTime = "{offline}";

    private const string Opening = "{offline";
    private const string UsualForm = "yyyyMMddHHmmss";

    /// <summary>What is wrong with a text of it; null when nothing is.</summary>
    public string? Fault =>
        new[] { Live, Deferred, Resubmitted }.Select(FaultOf).FirstOrDefault(f => f is not null);

    /// <summary>A text with the time of the sale in its places.</summary>
    public static string Fill(string text, DateTimeOffset saleAt)
    {
        while (Place(text) is var (start, end, form))
            text = text[..start]
                + saleAt.UtcDateTime.ToString(form, CultureInfo.InvariantCulture) + text[(end + 1)..];
        return text;
    }

    private static string? FaultOf(string? text)
    {
        if (text is null)
            return null;
        if (text.Length is 0 or > 999 || text.Any(c => c is < ' ' or > '~'))
            return "a text is 1 to 999 printable characters";
        while (Place(text) is var (start, end, form))
        {
            if (form.Length < 2 || form.Any(c => !"yMdHms".Contains(c, StringComparison.Ordinal)))
                return $"'{form}' is no form of a time: y, M, d, H, m and s only";
            text = text[..start] + text[(end + 1)..];
        }
        return text.Contains('{', StringComparison.Ordinal) ? "only {offline} is filled in" : null;
    }

    /// <summary>Where the first place for the time stands, and its form; null when there is none.</summary>
    private static (int Start, int End, string Form)? Place(string text)
    {
        var start = text.IndexOf(Opening, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('}', start);
        if (end < 0)
            return null;
        var inside = text[(start + Opening.Length)..end];
        return inside.Length == 0 ? (start, end, UsualForm)
            : inside[0] == ':' ? (start, end, inside[1..])
            : null;
    }
}

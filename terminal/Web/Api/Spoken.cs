using CloudPos.Languages;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <summary>What the terminal says, in the language of its screens.</summary>
internal static class Spoken
{
    public static Said By(TerminalStore store) => Said.By(store.Locale);

    public static Said To(TerminalStore store, HttpRequest request) =>
        store.Enrolment is not null ? By(store) : Said.In(Language(store, request));

    /// <summary>
    /// A terminal that belongs to no shop yet speaks as the browser asks: whoever sets it up reads it.
    /// </summary>
    public static string Language(TerminalStore store, HttpRequest request) =>
        store.Enrolment is not null
            ? store.Locale.Language
            : request.Headers.AcceptLanguage.ToString().Split(',').Select(range => range.Trim())
                .Select(range => range.Length < 2 ? "" : range[..2].ToLowerInvariant())
                .FirstOrDefault(Texts.Languages.Contains) ?? store.Locale.Language;

    public static IReadOnlyList<string> Of(this Said said, IEnumerable<string> sentences) =>
        [.. sentences.Select(said.Of)];
}

using CloudPos.Languages;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <summary>What the terminal says, in the language of its screens.</summary>
internal static class Spoken
{
    public static Said By(TerminalStore store) => Said.In(store.Locale.Language);

    public static IReadOnlyList<string> Of(this Said said, IEnumerable<string> sentences) =>
        [.. sentences.Select(said.Of)];
}

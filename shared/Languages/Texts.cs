using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Languages;

/// <summary>
/// What is said to people on paper and in mails, by key, in one language; read once from the files beside
/// this one.
/// Every language has every key, which a test sees to; a key that is none is a bug and throws.
/// </summary>
public sealed class Texts
{
    /// <summary>Whoever serves where nobody signs in is called so in the journal; no name to print.</summary>
    public const string Nobody = "cashier";

    public static IReadOnlyList<string> Languages { get; } = ["en", "de", "es"];

    private static readonly FrozenDictionary<string, Texts> ByLanguage =
        Languages.ToFrozenDictionary(language => language, Load);

    private readonly FrozenDictionary<string, string> _texts;

    private Texts(FrozenDictionary<string, string> texts) => _texts = texts;

    public IEnumerable<string> Keys => _texts.Keys;

    public string this[string key] => _texts[key];

    public static Texts Of(string language) => ByLanguage[language];

    /// <summary>A text with figures or names in its places {0}, {1} ...</summary>
    public string With(string key, params object?[] values) =>
        Fill(_texts[key], values);

    /// <summary>Who did it, by name; who has none in the journal is said in this language.</summary>
    public string By(string key, string cashier) =>
        With(key, cashier == Nobody ? _texts["cashier"] : cashier);

    internal static string Fill(string text, params object?[] values) =>
        string.Format(CultureInfo.InvariantCulture, text, values);

    private static Texts Load(string language) => new(Read(language).ToFrozenDictionary());

    internal static Dictionary<string, string> Read(string file)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream(
            $"CloudPos.Languages.{file}.json")
            ?? throw new InvalidOperationException($"The texts of '{file}' are missing from the program.");
        return JsonSerializer.Deserialize(stream, TextsJson.Default.DictionaryStringString)!;
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TextsJson : JsonSerializerContext;

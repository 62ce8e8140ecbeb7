using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace CloudPos.Functions.Acquiring;

/// <summary>What an acquirer's answer means to a payment. Numbers are stored and never reused.</summary>
internal enum CodeMeaning
{
    Approved = 1,

    /// <summary>
    /// Approved for less than was asked: kept where somebody can pay the rest, else taken back.
    /// </summary>
    Partial = 2,

    /// <summary>Declined; asking again later could end otherwise.</summary>
    DeclinedForNow = 3,

    /// <summary>Declined, and no repetition with the same card can end otherwise.</summary>
    DeclinedForGood = 4,

    /// <summary>
    /// Declined for good, and the card is lost, stolen or to be picked up: it goes onto the deny list.
    /// </summary>
    DeclinedAndDenied = 5,

    /// <summary>Tells neither yes nor no; the payment stays unknown and is asked again.</summary>
    Unresolved = 6,
}

/// <summary>
/// Field 39 sorted into what it means, per acquirer. The default sorts as the published retry rules of the
/// schemes do (Visa categories 1 to 4); a code that is not listed is a decline that may be tried again later.
/// Immutable.
/// </summary>
internal sealed class ResponseCodes
{
    /// <summary>Bound of a table, so that a configuration cannot grow without end.</summary>
    public const int CodesMax = 500;

    private readonly FrozenDictionary<string, CodeMeaning> _meanings;

    private ResponseCodes(FrozenDictionary<string, CodeMeaning> meanings) => _meanings = meanings;

    public static ResponseCodes Default { get; } = new(new Dictionary<string, CodeMeaning>
    {
        ["00"] = CodeMeaning.Approved,
        ["08"] = CodeMeaning.Approved,
        ["10"] = CodeMeaning.Partial,
        // Pick up, lost and stolen.
        ["04"] = CodeMeaning.DeclinedAndDenied,
        ["07"] = CodeMeaning.DeclinedAndDenied,
        ["41"] = CodeMeaning.DeclinedAndDenied,
        ["43"] = CodeMeaning.DeclinedAndDenied,
        // Category 1: never again.
        ["03"] = CodeMeaning.DeclinedForGood,
        ["12"] = CodeMeaning.DeclinedForGood,
        ["15"] = CodeMeaning.DeclinedForGood,
        ["46"] = CodeMeaning.DeclinedForGood,
        ["57"] = CodeMeaning.DeclinedForGood,
        ["R0"] = CodeMeaning.DeclinedForGood,
        ["R1"] = CodeMeaning.DeclinedForGood,
        ["R3"] = CodeMeaning.DeclinedForGood,
        // Category 3: with other data only, and the card has left with its owner.
        ["14"] = CodeMeaning.DeclinedForGood,
        ["54"] = CodeMeaning.DeclinedForGood,
        ["55"] = CodeMeaning.DeclinedForGood,
        ["70"] = CodeMeaning.DeclinedForGood,
        ["82"] = CodeMeaning.DeclinedForGood,
        ["1A"] = CodeMeaning.DeclinedForGood,
        ["6P"] = CodeMeaning.DeclinedForGood,
        ["N7"] = CodeMeaning.DeclinedForGood,
        // A duplicate was seen, but the first answer is not told.
        ["94"] = CodeMeaning.Unresolved,
    }.ToFrozenDictionary());

    /// <summary>
    /// No code is known: for an acquirer whose codes are its own. Whatever is not added is a decline that may
    /// be tried again.
    /// </summary>
    public static ResponseCodes None { get; } = new(FrozenDictionary<string, CodeMeaning>.Empty);

    public static bool IsCode(string text) => text.Length == 2 && text.All(char.IsAsciiLetterOrDigit);

    public CodeMeaning MeaningOf(string code) =>
        _meanings.TryGetValue(code, out var meaning) ? meaning : CodeMeaning.DeclinedForNow;

    /// <summary>The same table with these codes changed.</summary>
    public ResponseCodes With(params IReadOnlyCollection<(string Code, CodeMeaning Meaning)> changes)
    {
        var meanings = new Dictionary<string, CodeMeaning>(_meanings);
        foreach (var (code, meaning) in changes)
            meanings[code] = meaning;
        return new(meanings.ToFrozenDictionary());
    }

    /// <summary>Reads changes such as "51=DeclinedForGood,R2=DeclinedAndDenied" from configuration.</summary>
    /// <returns>False when a part is no code of two characters with a meaning; the fault names the
    /// part.</returns>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ResponseCodes? codes, [NotNullWhen(false)] out string? fault)
    {
        (codes, fault) = (null, null);
        var changes = new List<(string, CodeMeaning)>();
        const StringSplitOptions clean =
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var part in text.Split(',', clean))
        {
            if (part.Length < 4 || part[2] != '=' || !part[..2].All(char.IsAsciiLetterOrDigit)
                || !Enum.TryParse<CodeMeaning>(part[3..], out var meaning) || !Enum.IsDefined(meaning)
                || changes.Count == CodesMax)
            {
                fault = $"'{part}' is not a response code and its meaning, such as 51=DeclinedForNow";
                return false;
            }
            changes.Add((part[..2], meaning));
        }
        codes = Default.With(changes);
        return true;
    }
}

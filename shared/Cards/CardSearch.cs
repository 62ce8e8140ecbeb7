using System.Text;

namespace CloudPos.Cards;

/// <summary>
/// Searches bytes for exact card numbers in every <see cref="CardForm"/>: the proof that nothing written
/// holds one. The patterns are built once; use one search for many files.
/// </summary>
public sealed class CardSearch
{
    private readonly record struct Pattern(byte[] Bytes, CardForm Form, int Index)
    {
        /// <summary>Half bytes of the same number that must surround the pattern: -1 for none.</summary>
        public int Before { get; init; } = -1;

        public int After { get; init; } = -1;
    }

    private const int FoundMax = 1000;

    private readonly List<Pattern> _patterns = [];

    /// <param name="numbers">Card numbers of 12 to 19 digits.</param>
    public CardSearch(IReadOnlyList<string> numbers)
    {
        for (var index = 0; index < numbers.Count; index++)
        {
            if (numbers[index].Length is < Pan.LengthMin or > Pan.LengthMax
                || numbers[index].AsSpan().ContainsAnyExceptInRange('0', '9'))
                throw new ArgumentException("A number to search for has 12 to 19 digits.", nameof(numbers));
            AddAll(numbers[index], index);
        }
    }

    /// <summary>The first thousand places.</summary>
    public IReadOnlyList<CardPlace> Find(ReadOnlySpan<byte> data)
    {
        var found = new List<CardPlace>();
        foreach (var pattern in _patterns)
        {
            for (var from = 0; from < data.Length && found.Count < FoundMax;)
            {
                var at = data[from..].IndexOf(pattern.Bytes);
                if (at < 0)
                    break;
                at += from;
                from = at + 1;
                if (IsSurrounded(data, at, pattern))
                    found.Add(new(at, pattern.Form, pattern.Index));
            }
        }
        return found;
    }

    private void AddAll(string number, int index)
    {
        var ascii = Encoding.ASCII.GetBytes(number);
        _patterns.Add(new(ascii, CardForm.Ascii, index));
        _patterns.Add(new(Encoding.Unicode.GetBytes(number), CardForm.Utf16, index));
        _patterns.Add(new(Encoding.ASCII.GetBytes(Convert.ToHexString(ascii)), CardForm.HexText, index));
        AddBase64(ascii, CardForm.Base64, index);

        // At a whole byte the digits pair up from the first; at a half byte the first stands alone before.
        for (var alone = 0; alone < 2; alone++)
        {
            var pairs = (number.Length - alone) / 2;
            var bytes = Convert.FromHexString(number.AsSpan(alone, pairs * 2));
            _patterns.Add(new(bytes, CardForm.Bcd, index)
            {
                Before = alone == 1 ? number[0] - '0' : -1,
                After = alone + pairs * 2 < number.Length ? number[^1] - '0' : -1,
            });
            AddBase64(bytes, CardForm.BcdInBase64, index);
        }
    }

    /// <summary>
    /// Base64 of the bytes behind 0, 1 or 2 unknown ones, without the characters that those touch.
    /// </summary>
    private void AddBase64(byte[] bytes, CardForm form, int index)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var first = (before * 8 + 5) / 6;
            var last = (before + bytes.Length) * 8 / 6;
            var standard = text[first..last];
            _patterns.Add(new(Encoding.ASCII.GetBytes(standard), form, index));
            var url = standard.Replace('+', '-').Replace('/', '_');
            if (url != standard)
                _patterns.Add(new(Encoding.ASCII.GetBytes(url), form, index));
        }
    }

    private static bool IsSurrounded(ReadOnlySpan<byte> data, int at, Pattern pattern)
    {
        var end = at + pattern.Bytes.Length;
        return (pattern.Before < 0 || (at > 0 && (data[at - 1] & 0x0F) == pattern.Before))
            && (pattern.After < 0 || (end < data.Length && data[end] >> 4 == pattern.After));
    }
}

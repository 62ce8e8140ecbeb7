using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Functions.Fleet;

/// <summary>The shapes of ids that come from outside; nothing else becomes part of a key.</summary>
internal static class Names
{
    public const int SkuLengthMax = 64;

    private static readonly SearchValues<char> Upper = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> Lower = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>ISO 8583 field 41: eight capital letters and digits.</summary>
    public static bool IsTerminal(string name) => name.Length == 8 && !name.AsSpan().ContainsAnyExcept(Upper);

    /// <summary>ISO 8583 field 42: fifteen capital letters and digits.</summary>
    public static bool IsMerchant(string name) => name.Length == 15
        && !name.AsSpan().ContainsAnyExcept(Upper);

    /// <summary>One to sixteen lower-case letters, digits and hyphens.</summary>
    public static bool IsStore(string name) => name.Length is >= 1 and <= 16
        && !name.AsSpan().ContainsAnyExcept(Lower);

    /// <summary>
    /// A key part for any text, one for each: letters, digits, hyphen and underscore stay, other bytes of its
    /// UTF-8 become "~xx"; a long text becomes the digest of it. Stock of a product nobody knows is kept, so
    /// its name must be able to be a key.
    /// </summary>
    public static string KeyPart(string text)
    {
        if (text.Length is > 0 and <= SkuLengthMax && !text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length is 0 or > SkuLengthMax)
            return "~~" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        var part = new StringBuilder();
        foreach (var value in bytes)
            if (value < 0x80 && Plain.Contains((char)value))
                part.Append((char)value);
            else
                part.Append('~').Append(Convert.ToHexStringLower([value]));
        return part.ToString();
    }
}

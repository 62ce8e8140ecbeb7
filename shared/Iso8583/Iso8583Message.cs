using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Iso8583;

/// <summary>
/// A message: its type and its fields, independent of how they lie on the line. Values are held as bytes that
/// the garbage collector does not move and that <see cref="Dispose"/> zeroes. Fields with card data are read
/// by a named call only, and ToString shows no value at all. Not safe for use by several threads at once.
/// </summary>
public sealed class Iso8583Message : IDisposable
{
    private readonly record struct Held(byte[] Bytes, bool IsBinary);

    private readonly SortedDictionary<int, Held> _fields = [];

    /// <param name="mti">Message type: four digits.</param>
    public Iso8583Message(string mti)
    {
        if (mti.Length != 4 || mti.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new ArgumentException("A message type is four digits.", nameof(mti));
        Mti = mti;
    }

    public string Mti { get; }

    /// <summary>The numbers of the fields that are present, rising.</summary>
    public IEnumerable<int> Fields => _fields.Keys;

    /// <summary>
    /// Fields that hold card data in every layout: number, expiry, tracks, PIN block, chip data, accounts.
    /// </summary>
    public static bool IsCardData(int field) =>
        field is 2 or 14 or 34 or 35 or 36 or 45 or 52 or 55 or 102 or 103;

    public bool Has(int field) => _fields.ContainsKey(field);

    /// <summary>
    /// Sets a field to a text of ASCII characters. Whether it fits the layout is told by the codec.
    /// </summary>
    public void Set(int field, string text)
    {
        Span<byte> ascii = text.Length <= 256 ? stackalloc byte[text.Length] : new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            ascii[i] = text[i] < 0x80 ? (byte)text[i] : (byte)0xFF;
        Put(field, ascii, isBinary: false);
        CryptographicOperations.ZeroMemory(ascii);
    }

    /// <summary>
    /// The same from ASCII bytes, which are copied: for card data that must not become a string.
    /// </summary>
    public void SetText(int field, ReadOnlySpan<byte> ascii) => Put(field, ascii, isBinary: false);

    /// <summary>Sets a field of kind B; the bytes are copied.</summary>
    public void SetBinary(int field, ReadOnlySpan<byte> bytes) => Put(field, bytes, isBinary: true);

    public void Remove(int field)
    {
        if (_fields.Remove(field, out var held))
            CryptographicOperations.ZeroMemory(held.Bytes);
    }

    /// <summary>The text of a field, or the upper-case hex of a binary one; null when it is absent.</summary>
    /// <exception cref="InvalidOperationException">The field holds card data.</exception>
    public string? Get(int field) => IsCardData(field)
        ? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"Field {field} holds card data: read it with RevealText or RevealBytes."))
        : RevealText(field);

    /// <summary>The same for any field, in clear.</summary>
    public string? RevealText(int field) => !_fields.TryGetValue(field, out var held) ? null
        : held.IsBinary ? Convert.ToHexString(held.Bytes)
        : Encoding.Latin1.GetString(held.Bytes);

    /// <summary>
    /// The ASCII characters, or the bytes of a binary field, in clear; empty when absent, valid until
    /// Dispose.
    /// </summary>
    public ReadOnlySpan<byte> RevealBytes(int field) =>
        _fields.TryGetValue(field, out var held) ? held.Bytes : [];

    /// <summary>One line a field, card data masked, names taken from the layout.</summary>
    public string Describe(Iso8583Layout layout) => Iso8583Describe.ToText(this, layout);

    public override string ToString() => $"{Mti} with fields {string.Join(", ", _fields.Keys)}";

    public void Dispose()
    {
        foreach (var held in _fields.Values)
            CryptographicOperations.ZeroMemory(held.Bytes);
        _fields.Clear();
    }

    internal bool IsBinary(int field) => _fields.TryGetValue(field, out var held) && held.IsBinary;

    private void Put(int field, ReadOnlySpan<byte> value, bool isBinary)
    {
        if (field is < 2 or > Iso8583Layout.FieldMax)
            throw new ArgumentOutOfRangeException(nameof(field), field, "Fields are numbered 2 to 128.");
        Remove(field);
        var bytes = GC.AllocateUninitializedArray<byte>(value.Length, pinned: true);
        value.CopyTo(bytes);
        _fields[field] = new(bytes, isBinary);
    }
}

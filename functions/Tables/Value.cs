using System.Globalization;

namespace CloudPos.Functions.Tables;

/// <summary>
/// The kinds a property can have: those that Azure Tables knows, without Guid. The numbers are stored.
/// </summary>
internal enum ValueKind : byte
{
    /// <summary>No value. A property set to it is absent, as Azure Tables stores no nulls.</summary>
    None = 0,
    Text = 1,
    Int = 2,
    Long = 3,
    Real = 4,
    Flag = 5,
    Bytes = 6,
    Time = 7,
}

/// <summary>
/// One property's value. Immutable; equal when kind and content are equal (a byte array by its bytes, NaN to
/// itself). The default value is <see cref="ValueKind.None"/>. A time is kept in UTC with ticks of 100 ns:
/// the offset is lost here already, because Azure Tables would lose it. A real number is finite when it is
/// stored, and its zero has no sign. A byte array is not copied and must not be altered afterwards.
/// </summary>
internal readonly struct Value : IEquatable<Value>
{
    private readonly object? reference;
    private readonly long bits;

    private Value(ValueKind kind, long bits, object? reference = null)
    {
        Kind = kind;
        this.bits = bits;
        this.reference = reference;
    }

    public ValueKind Kind { get; }

    public string AsText => (string)Expect(ValueKind.Text).reference!;
    public byte[] AsBytes => (byte[])Expect(ValueKind.Bytes).reference!;
    public int AsInt => checked((int)Expect(ValueKind.Int).bits);
    public long AsLong => Expect(ValueKind.Long).bits;
    public double AsReal => BitConverter.Int64BitsToDouble(Expect(ValueKind.Real).bits);
    public bool AsFlag => Expect(ValueKind.Flag).bits != 0;
    public DateTimeOffset AsTime => new(Expect(ValueKind.Time).bits, TimeSpan.Zero);

    public static implicit operator Value(string? text) =>
        text is null ? default : new(ValueKind.Text, 0, text);
    public static implicit operator Value(byte[]? bytes) =>
        bytes is null ? default : new(ValueKind.Bytes, 0, bytes);
    public static implicit operator Value(int number) => new(ValueKind.Int, number);
    public static implicit operator Value(long number) => new(ValueKind.Long, number);
    public static implicit operator Value(long? number) =>
        number is { } given ? (Value)given : default(Value);
    public static implicit operator Value(double real) =>
        new(ValueKind.Real, BitConverter.DoubleToInt64Bits(real));
    public static implicit operator Value(bool flag) => new(ValueKind.Flag, flag ? 1 : 0);
    public static implicit operator Value(DateTimeOffset time) => new(ValueKind.Time, time.UtcTicks);
    public static implicit operator Value(DateTimeOffset? time) =>
        time is { } given ? (Value)given : default(Value);

    public bool Equals(Value other) => Kind == other.Kind && Kind switch
    {
        ValueKind.Text => string.Equals(AsText, other.AsText, StringComparison.Ordinal),
        ValueKind.Bytes => AsBytes.AsSpan().SequenceEqual(other.AsBytes),
        ValueKind.Real => AsReal.Equals(other.AsReal),
        _ => bits == other.bits,
    };

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        ValueKind.Text => AsText.GetHashCode(StringComparison.Ordinal),
        ValueKind.Bytes => AsBytes.Length,
        ValueKind.Real => AsReal.GetHashCode(),
        _ => HashCode.Combine(Kind, bits),
    };

    /// <summary>For people. Bytes are shown by their count only: they may be sealed card data.</summary>
    public override string ToString() => Kind switch
    {
        ValueKind.None => "",
        ValueKind.Text => AsText,
        ValueKind.Bytes => $"({AsBytes.Length} bytes)",
        ValueKind.Real => AsReal.ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Flag => AsFlag ? "true" : "false",
        ValueKind.Time => AsTime.ToString("O", CultureInfo.InvariantCulture),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };

    private Value Expect(ValueKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"The value is {Kind}, not {kind}.");
}
